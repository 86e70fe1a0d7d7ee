import type { DatasetInfo } from '../../data/dataset'
import { byteClasses } from './data-files'

/**
 * The program that reads a dataset's files, and measures a network on it.
 * @param validation share of the training images that is set aside
 */
export function datasetSource({ shape: [, rows, columns], classes, normalization: { divideBy } }: Pick<DatasetInfo, 'shape' | 'classes' | 'normalization'>, validation: number): string {
  const type = classes.length > byteClasses ? '">i2"' : 'np.uint8'
  const learned = `def load_learned(device="cpu"):
    """Returns the training images that are learned from, and their labels."""
    images, labels = load_split("train", device)
    aside = np.fromfile(DATA / "validation.idx", ">i4", offset=8)
    learned = np.setdiff1d(np.arange(len(labels)), aside)
    return images[learned], labels[learned]


`
  return `"""Reads the dataset from its IDX files, and measures a network on it."""
from pathlib import Path

import numpy as np
import torch

DATA = Path(__file__).resolve().parent / "data"


def load_split(name, device="cpu"):
    """Returns images (N, rows, columns) for the network, and labels (N)."""
    images = np.fromfile(DATA / f"{name}-images.idx", np.uint8, offset=16)
    labels = np.fromfile(DATA / f"{name}-labels.idx", ${type}, offset=8)
    images = torch.tensor(images.reshape(-1, ${rows}, ${columns}), device=device)
    labels = torch.tensor(labels.astype(np.int64), device=device)
    return images / ${divideBy}, labels


${validation > 0 ? learned : ''}@torch.no_grad()
def accuracy(network, images, labels):
    """Returns the share of right answers, 0 to 1."""
    network.eval()
    answers = [network(x).argmax(dim=1) for x in images.split(1000)]
    return (torch.cat(answers) == labels).float().mean().item()
`
}
