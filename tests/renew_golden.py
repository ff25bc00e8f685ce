"""Write tests/golden/versions again after a version number was raised: python -m tests.renew_golden

Refuses where the output changed and no number was raised; then nothing is written.
"""

from __future__ import annotations

import sys

from corpus.errors import EmbedderError
from index.encoders.e5_weights import BUNDLED_NAME
from index.encoders.registry import open_embedder
from tests.versions import GOLDENS, golden_of_model


def main() -> int:
    """Return the exit status: 1 where something was refused."""
    goldens = [*GOLDENS]
    try:
        goldens.append(golden_of_model(open_embedder(BUNDLED_NAME)))
    except EmbedderError as error:
        sys.stderr.write(f"ranker-model.json is left as it is: {error}\n")
    outputs = [(golden, golden.measure()) for golden in goldens]
    refused = [problem for golden, output in outputs if (problem := golden.refusal(output))]
    if refused:
        sys.stderr.write("\n".join(refused) + "\n")
        return 1
    for golden, output in outputs:
        if golden.write(output):
            sys.stdout.write(f"{golden.path.name}: written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
