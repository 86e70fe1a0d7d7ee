import type { NextLosses } from './next-losses'

/** Largest difference between a loss of the lab and PyTorch's: both compute in float32, and sum in a different order. */
export const checkTolerance = 1e-4

/** The program that compares PyTorch's next losses with the lab's. */
export const checkSource = `"""Compares PyTorch's next losses with those of Backprop Lab."""
import json
import sys

from torch import nn

from dataset import load_split
from model import build_network
from train import FOLDER, build_optimizer, learn, read_safetensors

TOLERANCE = ${checkTolerance}


def compare():
    """Learns the next mini-batches; returns (step, lab, PyTorch) of each."""
    lab = json.loads((FOLDER / "check.json").read_text())
    network = build_network()
    network.load_state_dict(read_safetensors(FOLDER / "weights.safetensors"))
    for layer in network:
        if isinstance(layer, nn.Dropout):
            layer.p = 0.0  # the lab kept all units, too
    optimizer = build_optimizer(network)
    images, labels = load_split("train")
    rows = []
    for i, batch in enumerate(lab["batches"]):
        loss = learn(network, optimizer, images[batch], labels[batch])
        rows.append((lab["step"] + i + 1, lab["losses"][i], loss))
    return rows


def main():
    rows = compare()
    for step, lab, pytorch in rows:
        print(f"step {step}: lab {lab:.6f}, PyTorch {pytorch:.6f}")
    worst = max((abs(lab - pytorch) for _, lab, pytorch in rows), default=0)
    print(f"largest difference {worst:.1e}, allowed {TOLERANCE:.0e}")
    sys.exit(worst > TOLERANCE)


if __name__ == "__main__":
    main()
`

/** The mini-batches and losses as JSON, a mini-batch a line. */
export function checkFile({ step, batches, losses }: NextLosses): string {
  const lines = batches.map(batch => `  ${JSON.stringify(batch)}`).join(',\n')
  return `{\n "step": ${step},\n "losses": ${JSON.stringify(losses)},\n "batches": [\n${lines}\n ]\n}\n`
}
