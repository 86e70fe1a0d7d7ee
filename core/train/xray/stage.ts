import { LabError } from '../../errors'
import { mostChanged } from '../probe'
import type { Stage, StepProgress } from '../step-computation'
import type { Trainer } from '../trainer'
import { type XrayAddress, type XrayCell, xrayCell } from './cell'
import { type XrayBlock, xrayBlock } from './overview'
import { sizesOf, type XrayPart } from './parts'
import type { XrayOptimizer, XraySource } from './source'

/** The latest stage of a step that is computed stage by stage: its tensors in small, and one cell with what it is made of. */
export interface StageView {
  readonly progress: StepProgress
  /** Number of the step, counted from 1 */
  readonly step: number
  /** Rows N */
  readonly rows: number
  /** Null until the forward pass has computed it */
  readonly loss: number | null
  /** The tensors of the stage alone */
  readonly block: XrayBlock
  readonly cell: XrayCell
}

/**
 * Reads the latest stage in the run itself: nothing is copied or computed again.
 * @param wanted a cell of the stage's block; of a part that the stage does not show, or null: the one that says most
 * @returns null when the latest step was computed at once
 * @throws LabError train.noTensor when there is no such cell
 */
export function stageView(trainer: Trainer, wanted: Omit<XrayAddress, 'block'> | null): StageView | null {
  const { progress, latestStep } = trainer
  if (!progress || latestStep === null) return null
  const { stage, done } = progress
  const source = liveStep(trainer, stage, latestStep)
  // running statistics follow the mini-batch, and no number of it comes from them
  const running = source.model.layers[stage.layer]!.buffers.map(({ path }) => partIn(path))
  const block = xrayBlock(source, stage.layer, part => isOf(stage, part) && !running.includes(part.part))
  const isKnown = block.tensors.some(({ part, numbers }) => numbers && part === wanted?.part)
  const cell = xrayCell(source, { block: block.name, ...isKnown ? wanted! : tellingCell(source, stage, block) })
  return { progress, step: latestStep + 1, rows: source.images.length, loss: done < source.model.layers.length ? null : source.loss, block, cell }
}

/** Whether a part of the block belongs to the stage: values, gradients, or a parameter with its gradient. */
function isOf({ direction, param }: Stage, { part, flow }: XrayPart): boolean {
  return param === null ? flow === direction : [partIn(param), `d${partIn(param)}`].includes(part)
}

const partIn = (path: string): string => path.slice(path.indexOf('.') + 1)

/** The largest number of the stage's result; of an update the weight that it changed most. */
function tellingCell({ model }: XraySource, { direction, layer, param }: Stage, { tensors }: XrayBlock): Omit<XrayAddress, 'block'> {
  if (param !== null) {
    const { value, before } = model.params.find(({ path }) => path === param)!.slot
    const { columns } = sizesOf(value)
    const index = Math.max(0, mostChanged(before?.data ?? value.data, value.data))
    return { part: partIn(param), row: Math.floor(index / columns), column: index % columns }
  }
  const gradient = model.definitions[layer]!.aspects.gradient
  const known = tensors.filter(({ numbers }) => numbers !== null)
  const result = (direction === 'backward' && known.find(({ part }) => part === gradient)) || known.at(-1)!
  return { part: result.part, ...result.numbers!.largest }
}

/** The step in the trainer's own tensors. */
function liveStep(trainer: Trainer, { param }: Stage, step: number): XraySource {
  const { model, dataset: { train }, config: { seed }, latestImages } = trainer
  return {
    model, pass: { training: true, seed, step, tracking: false }, step: step + 1, loss: model.loss, images: latestImages!, split: train,
    optimizer: param === null ? null : liveOptimizer(trainer),
    dispose: () => undefined,
  }
}

/** The optimizer in the middle of an update; the state before it is the one that the trainer keeps. */
function liveOptimizer({ replayable, progress, model: { params }, config: { optimizer: spec, weightDecay }, optimizerState: { state, updates } }: Trainer): XrayOptimizer {
  if (!replayable || !progress) throw new LabError('internal', 'no update has begun', {})
  const last = params.findIndex(({ path }) => path === progress.stage.param)
  const prefix = 'optimizer.'
  return {
    spec, weightDecay, update: updates,
    has: path => params.findIndex(param => param.path === path) <= last,
    before: new Map(replayable.from.tensors.filter(({ path }) => path.startsWith(prefix)).map(({ path, data }) => [path.slice(prefix.length), data])),
    after: new Map(state.map(({ path, tensor }) => [path, tensor.data])),
  }
}
