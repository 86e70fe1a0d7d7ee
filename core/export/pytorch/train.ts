import type { RunConfig } from '../../config'
import { pytorchOptimizer } from './optimizer-state'

/** Of PEP 8 */
const lineLength = 79

/** The settings that the program contains. */
export type TrainSettings = Pick<RunConfig, 'optimizer' | 'weightDecay' | 'batchSize' | 'seed' | 'validation'>

/**
 * The program that continues a training in PyTorch, alone or on several processes.
 * @throws LabError export.noCode
 */
export function trainSource({ optimizer, weightDecay, batchSize, seed, validation }: TrainSettings): string {
  const { name, arguments: argumentsOf } = pytorchOptimizer({ optimizer })
  const rates = [`lr=${optimizer.learningRate}`, 'weight_decay=0', ...argumentsOf(optimizer)]
  const line = `    ], ${rates.join(', ')})`
  return `"""Continues the training: alone, or on several processes with torchrun."""
import argparse
import json
import os
from pathlib import Path

import numpy as np
import torch
from torch import distributed, optim
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import BatchSampler, DistributedSampler

from dataset import accuracy, ${validation > 0 ? 'load_learned, ' : ''}load_split
from model import build_network, loss_of

FOLDER = Path(__file__).resolve().parent
CHECKPOINT = FOLDER / "checkpoint.pt"


def read_safetensors(path):
    """Returns tensors by name: the file is a header in JSON, then numbers."""
    content = path.read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")
    tensors = {}
    for name, entry in json.loads(content[8:start]).items():
        if name != "__metadata__":
            first, end = entry["data_offsets"]
            numbers = np.frombuffer(content[start + first:start + end], "<f4")
            tensors[name] = torch.tensor(numbers.reshape(entry["shape"]))
    return tensors


def build_optimizer(network):
    """Returns it in the lab's state; weight decay is for matrices alone."""
    named = dict(network.named_parameters())
    optimizer = optim.${name}([
        {"params": [p for p in named.values() if p.dim() == 1]},
        {"params": [p for p in named.values() if p.dim() > 1],
         "weight_decay": ${weightDecay}},
${line.length <= lineLength ? line : `    ], ${rates.join(',\n       ')})`}
    state = read_safetensors(FOLDER / "optimizer.safetensors")
    for path, tensor in state.items():
        name, key = path.rsplit(".", 1)  # affine1.weight, exp_avg
        device = "cpu" if key == "step" else named[name].device
        optimizer.state[named[name]][key] = tensor.to(device)
    return optimizer


def learn(network, optimizer, images, labels):
    """Learns one mini-batch; returns its loss before the update."""
    network.train()
    optimizer.zero_grad()
    loss = loss_of(network(images), labels)
    loss.backward()
    optimizer.step()
    return loss.item()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--batch-size", type=int, default=${batchSize})
    args = parser.parse_args()
    rank = int(os.environ.get("RANK", 0))
    processes = int(os.environ.get("WORLD_SIZE", 1))
    has_gpu = torch.cuda.is_available()
    device = f"cuda:{os.environ.get('LOCAL_RANK', 0)}" if has_gpu else "cpu"
    torch.manual_seed(${seed} + rank)  # of dropout
    network = build_network().to(device)
    network.load_state_dict(read_safetensors(FOLDER / "weights.safetensors"))
    optimizer = build_optimizer(network)
    saved = {"epochs": 0}
    if CHECKPOINT.exists():
        saved = torch.load(CHECKPOINT, map_location=device)
        network.load_state_dict(saved["network"])
        optimizer.load_state_dict(saved["optimizer"])
    shared = network
    if processes > 1:
        distributed.init_process_group("nccl" if has_gpu else "gloo")
        shared = DistributedDataParallel(network)
    images, labels = ${validation > 0 ? 'load_learned(device)' : 'load_split("train", device)'}
    test = load_split("test", device)
    sampler = DistributedSampler(labels, processes, rank, seed=${seed})
    batches = BatchSampler(sampler, args.batch_size, drop_last=False)
    for epoch in range(saved["epochs"], args.epochs):
        sampler.set_epoch(epoch)
        for batch in batches:
            loss = learn(shared, optimizer, images[batch], labels[batch])
        if rank == 0:
            print(f"epoch {epoch + 1}: loss {loss:.4f}, "
                  f"test accuracy {accuracy(network, *test):.2%}", flush=True)
            saved = {"network": network.state_dict(), "epochs": epoch + 1,
                     "optimizer": optimizer.state_dict()}
            torch.save(saved, FOLDER / "checkpoint.tmp")
            os.replace(FOLDER / "checkpoint.tmp", CHECKPOINT)


if __name__ == "__main__":
    main()
`
}
