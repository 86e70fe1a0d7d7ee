import type { LayerSpec } from '../config'
import type { Ops } from '../ops/ops'
import { type DropoutMask, keptScale, leastBits, maskBits } from '../ops/dropout-mask'
import { seedOf } from '../random'
import { type BlockNumbers, cellFactor, type CellRule, placeIn } from './cell-sum'
import { elementwise, type LayerDefinition, layerNumber, settingOf, sizeOfShape } from './definition'
import { ElementwiseLayer, type Pass } from './layer'

/**
 * In training, sets a random share of the numbers to 0 and divides the others by 1 − rate, so that their expected sum stays;
 * otherwise out = x. The mask is a function of the run's seed, the layer, the step and the element's index: it is never stored.
 * @source Srivastava et al. 2014; Deep Learning from Scratch, 6.4.3, which scales in prediction instead
 */
export class Dropout extends ElementwiseLayer {
  readonly kind = 'dropout'
  /** One object for all steps, so that no step allocates */
  private readonly mask: { -readonly [K in keyof DropoutMask]: DropoutMask[K] }
  private readonly number: number

  /** @param rate share of the numbers that become 0, 0 ≤ rate < 1 */
  constructor(name: string, rate: number) {
    super(name)
    this.number = layerNumber(name)
    this.mask = { rate, key: 0 }
  }

  override configure(spec: LayerSpec): void { this.mask.rate = settingOf(spec, 'rate') }

  forward(ops: Ops, pass: Pass): void {
    const { x, out } = this
    if (pass.training) ops.dropout(out, x, this.maskOf(pass))
    else ops.copy(out, x)
  }

  backward(ops: Ops, pass: Pass): void {
    const { dout, dx } = this
    if (!dx) return
    if (pass.training) ops.dropout(dx, dout, this.maskOf(pass)) // the mask of the forward pass
    else ops.copy(dx, dout)
  }

  private maskOf(pass: Pass): DropoutMask {
    this.mask.key = keyOf(this.number, pass)
    return this.mask
  }
}

/** Selects the mask of a layer in a step: each layer of a network has its own. */
const keyOf = (layer: number, { seed, step }: Pick<Pass, 'seed' | 'step'>): number => seedOf(seed, 2, layer, step)

const markKept: NonNullable<LayerDefinition['mask']> = (spec, { name, ...pass }, kept) => {
  const mask: DropoutMask = { rate: settingOf(spec, 'rate'), key: keyOf(layerNumber(name), pass) }
  const least = leastBits(mask)
  for (let i = 0; i < kept.length; i++) kept[i] = Number(maskBits(mask.key, i) >= least)
}

/** out = x · mask / (1 − rate), and dx = dout · mask / (1 − rate); the factor is 1 outside of training. */
const masked = (result: 'out' | 'dx', given: 'x' | 'dout'): CellRule => (block, index) => {
  const at = placeIn(block, 'out', index).join(', ')
  return {
    formula: `${result}[${at}] = ${given}[${at}] · mask[${at}] / (1 − rate)`, over: null,
    terms: [{ factors: [cellFactor(block, given, index), { symbol: 'mask / (1 − rate)', value: block.pass.training ? scaleAt(block, index) : 1 }] }],
  }
}
function scaleAt({ spec, name, pass }: BlockNumbers, index: number): number {
  const mask: DropoutMask = { rate: settingOf(spec, 'rate'), key: keyOf(layerNumber(name), pass) }
  return maskBits(mask.key, index) >= leastBits(mask) ? keptScale(mask) : 0
}

export const dropout: LayerDefinition = {
  ...elementwise,
  kind: 'dropout', title: 'Dropout',
  settings: [{ name: 'rate', whole: false, min: 0, max: 1, open: true, usual: 0.2 }],
  live: ['rate'],
  formula: { gradient: 'dx = dout · mask / (1 − rate)', activation: 'out = x · mask / (1 − rate)' },
  cells: { out: masked('out', 'x'), dx: masked('dx', 'dout') },
  create: (name, spec) => new Dropout(name, settingOf(spec, 'rate')),
  expression: (_, x, at) => `${x} * mask${at}`,
  pytorch: spec => `nn.Dropout(${settingOf(spec, 'rate')})`,
  onnx: null,
  constants(spec, { at, rows, input, ...step }) {
    const kept = new Uint8Array(rows * sizeOfShape(input))
    markKept(spec, step, kept)
    const scale = keptScale({ rate: settingOf(spec, 'rate') })
    return [{ name: `mask${at}`, shape: [rows, ...input], data: Array.from(kept, one => one ? scale : 0) }]
  },
  mask: markKept,
  numpy: { name: 'Dropout', training: true, source: `class Dropout:
    def __init__(self, rate):
        self.rate = rate

    def forward(self, x, training):
        keep = 1 - self.rate if training else 1
        self.mask = (np.random.random_sample(x.shape) < keep) / keep
        return x * self.mask

    def backward(self, dout):
        return dout * self.mask` },
}
