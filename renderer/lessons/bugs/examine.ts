import { type GradientCheckProgress, gradientCheckSteps, inference, type Model, type OptimizerSpec, type ParamCheck, type Split, type XraySource } from '@core'
import { assemble, type LearningNetwork, recipe } from './network'

/** Images of the numbers and the gradient check: few enough to add up by hand. */
export const examinedImages = Uint32Array.of(0, 1, 2)
/** Weights that the gradient check compares of each parameter: a moment's work, with pixels from all over the image */
const mostChecked = 400
/** A parameter fails when its largest difference is above this share of its largest gradient */
export const differenceLimit = 1e-3

/** A network's weights and latest gradients in one of three rows, in float64, which learns no further. */
function copyOf(network: LearningNetwork): ReturnType<typeof assemble> {
  const copy = assemble(network.bug, { rows: examinedImages.length, precision: 'float64' })
  network.copyInto(copy.model)
  return copy
}

/** One more step on three images, with all its numbers; the network itself stays as it is. */
export function examinedStep(network: LearningNetwork, split: Split): XraySource {
  const { model, steps } = copyOf(network)
  const loss = steps.learn(split, examinedImages)
  const spec: OptimizerSpec = { kind: 'sgd', learningRate: recipe.learningRate }
  const optimizer = { spec, weightDecay: 0, update: network.losses.length + 1, has: () => true, before: new Map<string, number[]>(), after: new Map<string, number[]>() }
  return { model, pass: inference, step: network.losses.length, loss, images: examinedImages, split, optimizer, dispose: () => undefined }
}

/** The check of a parameter. */
export interface CheckedParam extends ParamCheck {
  /** The largest difference as a share of the parameter's largest gradient */
  readonly share: number
  /** 'nothing': all gradients are 0, as where no unit fires any more, so there is nothing to compare */
  readonly state: 'passes' | 'fails' | 'nothing'
}

/** Some elements of each parameter, counted over all parameters. Their distance has no divisor in common with the columns: else only some of those would be compared. */
function spreadElements({ params }: Model): readonly number[] {
  const elements: number[] = []
  let first = 0
  for (const { slot: { value: { size, columns } } } of params) {
    let distance = Math.max(1, Math.ceil(size / mostChecked))
    while (commonDivisor(distance, columns) > 1) distance++
    for (let i = 0; i < size; i += distance) elements.push(first + i)
    first += size
  }
  return elements
}
const commonDivisor = (a: number, b: number): number => b === 0 ? a : commonDivisor(b, a % b)

/** Compares backpropagation with numeric gradients, after a backward pass of its own. */
export function* checkGradients(network: LearningNetwork, split: Split): Generator<GradientCheckProgress, readonly CheckedParam[]> {
  const { model, ops, steps } = copyOf(network)
  for (const { slot } of model.params) slot.grad.data.fill(0)
  steps.load(split, examinedImages)
  const checks = yield* gradientCheckSteps(model, ops, { pass: inference, only: spreadElements(model) })
  return checks.map((check) => {
    const largest = largestGradient(model, check.path)
    const share = check.max === 0 ? 0 : check.max / largest
    return { ...check, share, state: check.max === 0 && largest === 0 ? 'nothing' : share <= differenceLimit ? 'passes' : 'fails' }
  })
}

function largestGradient({ params }: Model, path: string): number {
  let largest = 0
  for (const x of params.find(param => param.path === path)!.slot.grad.data) largest = Math.max(largest, Math.abs(x))
  return largest
}
