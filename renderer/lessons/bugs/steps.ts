import { fillImages, inference, type Model, type Ops, type Param, type Split } from '@core'

/** What a step of a network computes with. */
export interface StepTools {
  readonly model: Model
  readonly ops: Ops
  readonly learningRate: number
}

/**
 * One step of mini-batch gradient descent, as the listing of the trainer has it. A bug of the step overrides one method.
 * @source Deep Learning from Scratch, 5.7.4
 */
export class Steps {
  constructor(protected readonly tools: StepTools) {}

  /** @param indices of the mini-batch's images @returns the loss before the update */
  learn(split: Split, indices: ArrayLike<number>): number {
    this.load(split, indices)
    const loss = this.tools.model.forward(this.tools.ops, inference)
    this.goBack()
    return loss
  }

  /** Fills x and t with a mini-batch. */
  load(split: Split, indices: ArrayLike<number>): void {
    const { model: { input, target: { value: t } } } = this.tools
    fillImages(input.value, split, indices, 0, indices.length)
    for (let n = 0; n < indices.length; n++) t.data[n] = this.classOf(split.labels[indices[n]!]!)
  }

  /** The class that a label is compared as. */
  protected classOf(label: number): number { return label }

  /** What follows the forward pass. */
  protected goBack(): void {
    this.backward()
    this.update()
  }

  protected backward(): void { this.tools.model.backward(this.tools.ops, inference) }

  protected update(): void { for (const { slot } of this.tools.model.params) this.change(slot) }

  /** W ← W − η · dW */
  protected change({ value, grad, before }: Param['slot']): void { this.tools.ops.sgd(value, grad, this.tools.learningRate, before) }
}
