import type { RunConfig } from '../../config'
import { layerDefinition, type LayerRegistry } from '../../layers/registry'
import { pytorchOptimizer } from './optimizer-state'

/** Of PEP 8 */
const lineLength = 79

/** The settings that the program contains. */
export type TrainSettings = Pick<RunConfig, 'network' | 'optimizer' | 'weightDecay' | 'batchSize' | 'seed' | 'validation'>

/**
 * The program that continues a training in PyTorch, alone or on several processes.
 * @param config its settings
 * @throws LabError export.noCode
 */
export function trainSource(config: TrainSettings, registry?: LayerRegistry): string {
  const { network: { layers }, batchSize, seed, validation } = config
  const definitions = layers.map(({ kind }) => layerDefinition(kind, registry))
  const draws = definitions.some(({ mask }) => mask)
  const needsBatch = definitions.some(({ checkBatch }) => checkBatch) // batch normalization fails on a mini-batch of one image
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
    """Returns it in the lab's state${config.weightDecay > 0 ? '; weight decay is for matrices alone' : ''}."""
    named = dict(network.named_parameters())
${optimizerLines(config).map(line => `    ${line}\n`).join('')}    state = read_safetensors(FOLDER / "optimizer.safetensors")
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
    local_rank = int(os.environ.get("LOCAL_RANK", 0))
    processes = int(os.environ.get("WORLD_SIZE", 1))
    device = f"cuda:{local_rank}" if torch.cuda.is_available() else "cpu"
${draws ? `    torch.manual_seed(${seed} + rank)  # of dropout\n` : ''}    network = build_network().to(device)
    network.load_state_dict(read_safetensors(FOLDER / "weights.safetensors"))
    optimizer = build_optimizer(network)
    saved = {"epochs": 0}
    if CHECKPOINT.exists():
        saved = torch.load(CHECKPOINT, map_location=device)
        network.load_state_dict(saved["network"])
        optimizer.load_state_dict(saved["optimizer"])
    shared = network
    if processes > 1:
        distributed.init_process_group("gloo" if device == "cpu" else "nccl")
        shared = DistributedDataParallel(network)
    images, labels = ${validation > 0 ? 'load_learned(device)' : 'load_split("train", device)'}
    test = load_split("test", device)
    sampler = DistributedSampler(labels, processes, rank, seed=${seed})
${needsBatch ? '    is_single = len(sampler) % args.batch_size == 1  # the last mini-batch\n' : ''}    batches = BatchSampler(sampler, args.batch_size, drop_last=${needsBatch ? 'is_single' : 'False'})
    for epoch in range(saved["epochs"], args.epochs):
        sampler.set_epoch(epoch)
        for batch in batches:
            loss = learn(shared, optimizer, images[batch], labels[batch])
        if rank == 0:
            print(f"epoch {epoch + 1}: loss {loss:.4f}, "
                  f"test accuracy {accuracy(network, *test):.2%}", flush=True)
        if local_rank == 0:  # each machine needs it to continue
            saved = {"network": network.state_dict(), "epochs": epoch + 1,
                     "optimizer": optimizer.state_dict()}
            torch.save(saved, FOLDER / f"checkpoint.{rank}.tmp")
            os.replace(FOLDER / f"checkpoint.{rank}.tmp", CHECKPOINT)


if __name__ == "__main__":
    main()
`
}

/** The statement that makes the optimizer; weight decay takes a group of its own. */
function optimizerLines({ optimizer, weightDecay }: Pick<RunConfig, 'optimizer' | 'weightDecay'>): readonly string[] {
  const { name, arguments: argumentsOf } = pytorchOptimizer({ optimizer })
  const rates = [`lr=${optimizer.learningRate}`, 'weight_decay=0', ...argumentsOf(optimizer)]
  /** The rates after what stands before them, over several lines where one is too long */
  const closed = (before: string, indent: string): readonly string[] => {
    const line = `${before}${rates.join(', ')})`
    return 4 + line.length <= lineLength ? [line] : [`${before}${rates[0]},`, ...rates.slice(1).map((rate, i) => `${indent}${rate}${i < rates.length - 2 ? ',' : ')'}`)]
  }
  if (weightDecay === 0) {
    const begin = `optimizer = optim.${name}(`
    return closed(`${begin}named.values(), `, ' '.repeat(begin.length))
  }
  return [
    `optimizer = optim.${name}([`,
    '    {"params": [p for p in named.values() if p.dim() == 1]},',
    '    {"params": [p for p in named.values() if p.dim() > 1],',
    `     "weight_decay": ${weightDecay}},`,
    ...closed('], ', '   '),
  ]
}
