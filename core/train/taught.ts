import type { Architecture } from '../config'
import { type Dataset, inputSize } from '../data/dataset'
import { fillImages, fillTarget } from '../data/images'
import { LabError } from '../errors'
import { buildModel, type Model } from '../network/model'
import type { Ops } from '../ops/ops'
import type { Optimizer } from '../optim/optimizer'
import { seedOf } from '../random'
import type { Arena } from '../tensor'
import { predictedClass } from './split-counter'

/** One image that a run was taught between two mini-batches of its dataset. */
export interface Taught {
  /** Its bytes, channels × rows × columns, from 0 (paper) to 255 (ink), two hexadecimal digits each */
  readonly pixels: string
  /** Index of its class */
  readonly label: number
  /** Updates in a row, each from a mini-batch of this image alone */
  readonly times: number
}

/** Most updates from one image: they are not interrupted, and a network of 10 million parameters takes 30 ms for each */
export const maxTaughtTimes = 100

/** An image's bytes as text. */
export const hexOf = (bytes: Uint8Array): string => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')

/** The bytes of a text that `hexOf` wrote; null for another text. */
export function bytesOfHex(text: string): Uint8Array | null {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) return null
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16))
}

/** @throws LabError teach.image, teach.label naming what does not fit the dataset */
export function checkTaught({ pixels, label }: Taught, { shape, classes }: { readonly shape: Dataset['info']['shape'], readonly classes: readonly string[] }): void {
  const [wanted, found] = [inputSize({ shape }), bytesOfHex(pixels)?.length ?? 0]
  if (found !== wanted) throw new LabError('teach.image', `an image has ${wanted} pixels, found ${found}`, { wanted, found })
  if (!Number.isInteger(label) || label < 0 || label >= classes.length) throw new LabError('teach.label', `no class ${label}`, { found: label, max: classes.length - 1 })
}

/** What a network says of one image. */
export interface OneAnswer {
  /** One for each class */
  readonly outputs: Float32Array
  /** Class with the largest output */
  readonly label: number
  readonly loss: number
}

/** What one image is learned with. */
export interface Learner {
  readonly optimizer: Optimizer
  /** Of the run */
  readonly seed: number
  /** Mini-batches learned before */
  readonly step: number
}

/** A stream of seeds of its own: each update has other dropout masks than the mini-batches have. */
const seedStream = 4

/** A network of one row with the parameters of another one: it reads one image at a time, and can learn it. */
export class OneImage {
  private readonly model: Model
  private readonly arena: Arena

  /**
   * @param shared whose parameters and gradients it has
   * @param architecture of the present settings, which may differ in a dropout rate
   * @throws RangeError when the memory is too small
   */
  constructor(shared: Model, architecture: Architecture, private readonly dataset: Dataset, private readonly ops: Ops) {
    const arena = this.arena = ops.arena()
    this.model = arena.allOrNothing(() => buildModel(architecture, { rows: 1, arena, shared, registry: shared.registry }))
  }

  /** The answer to an image, and the loss of its label. */
  read(image: Taught): OneAnswer {
    this.fill(image)
    const loss = this.model.forward(this.ops)
    const { value } = this.model.out
    return { outputs: Float32Array.from(value.data), label: predictedClass(value), loss }
  }

  /**
   * Learns an image: forward, backward and an update of the optimizer, as often as it says.
   * @returns whether all losses and parameters are finite
   */
  learn(image: Taught, { optimizer, seed, step }: Learner): boolean {
    const { model, ops } = this
    this.fill(image)
    for (let n = 0; n < image.times; n++) {
      const pass = { training: true, seed: seedOf(seed, seedStream, n), step, tracking: true }
      if (!Number.isFinite(model.forward(ops, pass))) return false
      model.backward(ops, pass)
      if (!optimizer.step(ops)) return false
    }
    return true
  }

  /** Frees the backend's memory; the parameters stay. */
  dispose(): void { this.arena.dispose() }

  private fill({ pixels, label }: Taught): void {
    const { model: { input, target }, dataset: { train: { normalization } } } = this
    const split = { images: bytesOfHex(pixels)!, labels: Uint16Array.of(label), count: 1, normalization }
    fillImages(input.value, split, [0], 0, 1)
    fillTarget(target.value, split, [0], 0, 1)
  }
}
