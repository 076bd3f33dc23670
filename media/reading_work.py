"""The reading of pictures by rapidocr, in the process that `media.confined` starts for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy
import rapidocr

#: Below this the reader guesses; 1 is certain.
LEAST_SURE = 0.6
#: Lines of one picture that are told, and characters of each.
_MOST_LINES, _LONGEST = 60, 200
#: The longer side at which lines are looked for; they are read at full size.
_LOOKED_AT = 960


def read(request: Mapping[str, Any], note: Callable[[Any], None]) -> list[list[list[Any]]]:
    """The lines of each of the `pictures` (BGR pixels in `file`, `width`, `height`): words, left and right end.

    Ends are parts of the picture's width.
    """
    reader = rapidocr.RapidOCR(params=_settings())
    found = []
    for number, picture in enumerate(request["pictures"]):
        note(number)
        pixels = numpy.fromfile(picture["file"], numpy.uint8)
        found.append(_lines(reader, pixels.reshape(picture["height"], picture["width"], 3)))
    return found


def _settings() -> dict[str, Any]:
    """One thread, no turning of lines, and the models that come with the package, so that nothing is ever fetched."""
    models = Path(rapidocr.__file__).parent / "models"
    return {
        "Global.use_cls": False,
        "Global.log_level": "error",
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        "Det.limit_type": "max",
        "Det.limit_side_len": _LOOKED_AT,
        "Det.model_path": str(next(models.glob("*_det_*.onnx"))),
        "Rec.model_path": str(next(models.glob("*_rec_*.onnx"))),
    }


def _lines(reader: Any, pixels: Any) -> list[list[Any]]:
    told = reader(pixels)
    if told.txts is None:
        return []
    width = pixels.shape[1]
    lines = [
        [words[:_LONGEST], *(round(float(end(corner[0] for corner in box)) / width, 3) for end in (min, max))]
        for words, sure, box in zip(told.txts, told.scores, told.boxes, strict=True)
        if sure >= LEAST_SURE
    ]
    return lines[:_MOST_LINES]
