"""What vectors of this model have in common whatever the text says.

Sentence embeddings crowd into a narrow cone: raw cosines of multilingual-e5-small live between 0.75 and 0.93
whatever is asked. Less the mean of some unrelated passages, and questions less the mean of some unrelated
questions, a cosine near 0 means "has nothing to do with it" (Mu and Viswanath, "All-but-the-Top", 2018). A few
lines of mixed subject and language are enough, and they work for any model.
"""

PASSAGES = (
    "水在标准大气压下于一百度沸腾。",
    "那家面馆开在学校后门，中午总要排队。",
    "他花了三年写完这部长篇小说。",
    "The museum opens at nine and closes on Mondays.",
    "这种鸟每年秋天飞往南方过冬。",
    "股价在周五下午小幅回落。",
    "把鸡蛋打散，加少许盐，倒入热锅。",
    "The engine failed shortly after take-off.",
    "球队在最后一分钟扳平了比分。",
    "程序在读取文件时报错退出。",
    "医生建议每天散步半小时。",
    "这首歌发行于一九九八年。",
    "地铁二号线延伸到了机场。",
    "公司去年的营业收入增长了百分之八。",
    "法院驳回了原告的诉讼请求。",
    "She planted roses along the garden wall.",
    "考古学家在河边发现了一座古墓。",
    "新手机的电池可以用两天。",
    "台风将于明晚登陆东南沿海。",
    "大学今年招收了四千名新生。",
)
QUESTIONS = (
    "水在多少度沸腾？",
    "那家面馆开在哪里？",
    "他的小说写了几年？",
    "When does the museum open?",
    "这种鸟冬天去哪里？",
    "股价为什么下跌？",
    "怎么炒鸡蛋好吃？",
    "What caused the engine to fail?",
    "比赛最后谁赢了？",
    "程序报错怎么办？",
    "每天走多少步合适？",
    "这首歌是谁唱的？",
    "去机场坐几号线？",
    "公司去年赚了多少钱？",
    "法院是怎么判的？",
    "Who planted the roses?",
    "古墓是哪个朝代的？",
    "新手机多少钱？",
    "台风什么时候来？",
    "今年招多少学生？",
)
