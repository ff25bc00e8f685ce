"""Reads the lines of text in a picture, with rapidocr: PP-OCRv6, whose models come with its wheel, on OpenVINO.

The models are loaded when the first picture is read. Nothing is downloaded.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus import corpus_messages
from corpus.corpus_settings import OCR
from corpus.errors import SourceError
from corpus.processors import usable_threads
from corpus.text.scripts import has_wide

Picture = npt.NDArray[np.uint8]
"""Shape (height, width, 3): red, green, blue."""
_HALF_WIDTH = re.compile(r"(?<![!-~])[(),:;!?]|[(),:;!?](?![!-~])")
Corners = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Character:
    """A character that was read."""

    text: str
    confidence: float
    """0 to 1: the recogniser's own probability."""
    at: float
    """Where its middle stands on its line, as a fraction of the line's length."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line that was read."""

    corners: Corners
    """Shape (4, 2), x and y in pixels: top left, top right, bottom right, bottom left corner."""
    characters: tuple[Character, ...]
    is_tall: bool
    """It runs down: a column of vertical text."""

    @property
    def confidence(self) -> float:
        """The mean of its characters'."""
        return sum(one.confidence for one in self.characters) / len(self.characters)

    @property
    def length(self) -> float:
        """In pixels, in the direction of reading."""
        return _side(self.corners, 3 if self.is_tall else 1)

    @property
    def height(self) -> float:
        """In pixels, across the direction of reading."""
        return _side(self.corners, 1 if self.is_tall else 3)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in a picture."""

    lines: tuple[TextLine, ...]
    """In the coordinates of the picture after `turns`."""
    turns: int
    """Quarters of a circle, anticlockwise, by which the picture had to be turned to be read."""
    width: int
    """Of the picture after the turns, in pixels."""
    height: int

    def box(self, corners: Corners) -> tuple[float, float, float, float]:
        """Return left, top, right and bottom of some points on the picture as it is shown, as fractions of its size."""
        points = np.clip(corners / (self.width, self.height), 0.0, 1.0)
        for _ in range(self.turns):  # clockwise
            points = np.stack((1.0 - points[:, 1], points[:, 0]), axis=1)
        (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
        return float(left), float(top), float(right), float(bottom)


def read_picture(picture: Picture, *, name: str) -> Reading:
    """Return the text lines of a picture, in no order. Raises SourceError if text recognition cannot run."""
    try:
        recogniser = _recogniser()
    except (ImportError, OSError, RuntimeError, LookupError, ValueError) as error:
        raise SourceError(corpus_messages.OCR_CANNOT_RUN.format(reason=error), name) from error
    return recogniser.read(picture)


@cache
def _recogniser() -> _Recogniser:
    """Load the models."""
    sys.modules.setdefault("openvino.tools.ovc", None)  # type: ignore[arg-type]  # it would bring usage statistics along
    import rapidocr

    models = Path(rapidocr.__file__).parent / "models"
    (detector,), (recogniser,) = models.glob("*_det_*.onnx"), models.glob("*_rec_*.onnx")
    engine = rapidocr.RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_vertical_padding": False,
            "Det.engine_type": rapidocr.EngineType.OPENVINO,
            "Det.model_path": str(detector),  # what has a path is never downloaded
            "Det.limit_type": "max",
            "Det.limit_side_len": OCR.detector_side,
            "Rec.engine_type": rapidocr.EngineType.OPENVINO,
            "Rec.model_path": str(recogniser),
            "Rec.rec_batch_num": OCR.batch,
            "EngineConfig.openvino.inference_num_threads": usable_threads(),
        }
    )
    engine.return_word_box = True
    return _Recogniser(engine)


class _Recogniser:
    def __init__(self, engine: Any) -> None:
        self._engine = engine

    def read(self, picture: Picture) -> Reading:
        corners, crops = self._detect(picture)
        turns, is_vertical = self._direction(picture, corners, crops)
        if turns:
            picture = np.ascontiguousarray(np.rot90(picture, turns))
            corners, crops = self._detect(picture)
        lines = [
            TextLine(box, characters, is_tall=is_vertical and _is_tall(box))
            for box, characters in zip(corners, self._recognise(crops), strict=True)
            if characters
        ]
        kept = tuple(line for line in lines if line.confidence >= OCR.least_confidence)
        return Reading(kept, turns, picture.shape[1], picture.shape[0])

    def _detect(self, picture: Picture) -> tuple[list[Corners], list[Picture]]:
        """Return the corners of the lines, and a picture of each that is horizontal."""
        if min(picture.shape[:2]) < OCR.smallest_side:
            return [], []
        corners, crops = self._detect_at(OCR.detector_side, picture)
        heights = [min(_side(box, 1), _side(box, 3)) for box in corners]
        seen = OCR.detector_side / max(picture.shape[:2])
        if heights and seen < 1 and np.median(heights) * seen < OCR.line_height:
            side = OCR.detector_side * OCR.line_height / (float(np.median(heights)) * seen)
            return self._detect_at(min(round(side), OCR.detector_side * 2), picture)
        return corners, crops

    def _detect_at(self, side: int, picture: Picture) -> tuple[list[Corners], list[Picture]]:
        from rapidocr.main import RapidOCRError

        engine = self._engine
        if engine.text_det is not None:  # it is loaded with the smaller side
            engine.text_det.limit_side_len = side
        try:
            crops, found = engine.detect_and_crop(np.ascontiguousarray(picture[:, :, ::-1]), {})
        except RapidOCRError:  # there is no text
            return [], []
        return [box.astype(np.float64) for box in found.boxes], crops

    def _recognise(self, crops: Sequence[Picture]) -> list[tuple[Character, ...]]:
        """Return the characters of each line."""
        if not crops:
            return []
        filled = [_narrowed(crop) for crop in crops]
        found = self._engine.recognize_txt([picture for picture, _ in filled])
        return [
            tuple(_characters(_widened(text), info, share))
            for text, info, (_, share) in zip(found.txts, found.word_results, filled, strict=True)
        ]

    def _direction(self, picture: Picture, corners: Sequence[Corners], crops: Sequence[Picture]) -> tuple[int, bool]:
        """Return by how many quarters to turn a picture so that its text is upright, and whether it is vertical."""
        lengths = [max(_side(box, 1), _side(box, 3)) for box in corners]
        longest = sorted(range(len(corners)), key=lambda index: -lengths[index])[: OCR.sampled_lines]
        tall = sum(length for length, box in zip(lengths, corners, strict=True) if _is_tall(box))
        if not longest:
            return 0, False
        samples = [crops[index] for index in longest]
        if tall <= sum(lengths) / 2:
            samples = [crops[index] for index in longest if not _is_tall(corners[index])] or samples
            return (2 if self._is_upside_down(samples) else 0), tall > 0
        # The lines run down: vertical text, whose characters stand upright, or a page that lies on its side.
        upright = self._confidence([cells for one in samples if (cells := _laid_out(one)) is not None])
        down, up = self._confidence(samples), self._confidence([np.rot90(one, 2) for one in samples])
        if upright >= OCR.vertical_share * max(down, up):
            return 0, True
        return (1 if down >= up else 3), False

    def _is_upside_down(self, samples: list[Picture]) -> bool:
        before = self._confidence(samples)
        return before < OCR.upright and self._confidence([np.rot90(one, 2) for one in samples]) > before

    def _confidence(self, crops: Sequence[Picture]) -> float:
        """Return the mean confidence of the characters, of the beginning of each line."""
        cut = [np.ascontiguousarray(crop[:, : crop.shape[0] * OCR.sampled_characters]) for crop in crops]
        read = list(chain.from_iterable(self._recognise(cut)))
        return sum(one.confidence for one in read) / len(read) if read else 0.0


def _narrowed(crop: Picture) -> tuple[Picture, float]:
    """Return the picture of a line as high as the network takes it, narrower, and filled up to a full step of widths.

    Also return which share of it the line is.

    A narrower line takes as much less time as it is narrower. Few widths, because each new one is prepared anew.
    """
    import cv2

    high = OCR.network_height
    width = max(round(crop.shape[1] * high / crop.shape[0] * OCR.narrowed), 1)
    padded = -(-width // OCR.width_step) * OCR.width_step
    out = np.full((high, padded, 3), 127, np.uint8)  # what the network is filled up with
    out[:, :width] = cv2.resize(crop, (width, high), interpolation=cv2.INTER_AREA)
    return out, width / padded


def _characters(text: str, info: Any, share: float) -> Iterable[Character]:
    """Yield the characters of a line, which is a share of its picture.

    `info`: rapidocr's WordInfo, whose columns leave out blanks.
    """
    columns = iter(chain.from_iterable(info.word_cols))
    at = 0.0
    for one, confidence in zip(text, info.confs, strict=False):
        if not one.isspace():
            at = min((next(columns) + 0.5) / info.line_txt_len / share, 1.0)
        yield Character(one, float(confidence), at)


def _widened(text: str) -> str:
    """Return a line with full-width punctuation beside Chinese: the network cannot tell it from that of half width."""
    if 2 * sum(map(has_wide, text)) < len(text):
        return text
    return _HALF_WIDTH.sub(lambda match: chr(ord(match.group()) + ord("（") - ord("(")), text)


def _laid_out(crop: Picture) -> Picture | None:
    """Return the characters of a vertical line, which lies on its side, upright and side by side."""
    side, count = crop.shape[0], crop.shape[1] // max(crop.shape[0], 1)
    cells = [np.rot90(crop[:, index * side : (index + 1) * side], 3) for index in range(count)]
    return np.concatenate(cells, axis=1) if cells else None


def _side(corners: Corners, to: int) -> float:
    """Return the distance from the top left corner to the top right (1) or the bottom left one (3)."""
    return float(np.linalg.norm(corners[0] - corners[to]))


def _is_tall(corners: Corners) -> bool:
    """As rapidocr decides, which turns the picture of such a line."""
    return _side(corners, 3) >= 1.5 * _side(corners, 1)
