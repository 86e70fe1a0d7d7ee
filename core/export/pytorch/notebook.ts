import type { Architecture } from '../../config'
import type { DatasetInfo } from '../../data/dataset'

/** What stands above the cells of the notebook, in the user's language. */
export interface NotebookTexts {
  readonly title: string
  readonly load: string
  readonly check: string
  readonly weights: string
  readonly answers: string
  readonly goOn: string
}

/** A notebook that loads the network, compares it with the lab, and plots losses, weights and answers. */
export function notebookFile(architecture: Architecture, { shape: [, rows, columns], classes }: Pick<DatasetInfo, 'shape' | 'classes'>, texts: NotebookTexts): string {
  const load = `import matplotlib.pyplot as plt
import torch

from check import compare
from dataset import accuracy, load_split
from model import build_network
from train import FOLDER, read_safetensors

network = build_network()
network.load_state_dict(read_safetensors(FOLDER / "weights.safetensors"))
images, labels = load_split("test")
print(network)
print(f"test accuracy {accuracy(network, images, labels):.2%}")`
  const check = `steps, lab, pytorch = zip(*compare())
plt.plot(steps, lab, "o-", label="Backprop Lab")
plt.plot(steps, pytorch, "x--", label="PyTorch")
plt.xlabel("step")
plt.ylabel("loss")
plt.legend()
plt.show()`
  const weights = `weight = network.affine1.weight.detach().reshape(-1, ${rows}, ${columns})
largest = weight.abs().max()
figure, axes = plt.subplots(3, 8, figsize=(10, 4))
for unit, axis in zip(weight, axes.flat):
    axis.imshow(unit, cmap="PuOr", vmin=-largest, vmax=largest)
for axis in axes.flat:
    axis.axis("off")
plt.show()`
  const answers = `names = ${JSON.stringify(classes)}
network.eval()
with torch.no_grad():
    found = network(images[:16]).argmax(dim=1)
figure, axes = plt.subplots(2, 8, figsize=(10, 3))
for i, axis in enumerate(axes.flat):
    axis.imshow(images[i], cmap="gray_r")
    axis.set_title(names[found[i]])
    axis.axis("off")
plt.show()`
  const goOn = '!python train.py --epochs 1'
  const isFirstAffine = architecture.layers[0]?.kind === 'affine'
  const cells = [
    markdown(`# ${texts.title}`), markdown(texts.load), code(load), markdown(texts.check), code(check),
    ...isFirstAffine ? [markdown(texts.weights), code(weights)] : [],
    markdown(texts.answers), code(answers), markdown(texts.goOn), code(goOn),
  ]
  const kernel = { display_name: 'Python 3', language: 'python', name: 'python3' }
  const numbered = cells.map((cell, i) => ({ id: `cell-${i + 1}`, ...cell }))
  return `${JSON.stringify({ cells: numbered, metadata: { kernelspec: kernel, language_info: { name: 'python' } }, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`
}

const markdown = (text: string) => ({ cell_type: 'markdown', metadata: {}, source: linesOf(text) })
const code = (text: string) => ({ cell_type: 'code', execution_count: null, metadata: {}, outputs: [], source: linesOf(text) })
/** As the format has them: each line but the last with its end. */
const linesOf = (text: string): readonly string[] => text.split(/(?<=\n)/)
