import { LabError } from '../errors'

/** The step at which the loss was not finite, and this loss: NaN or Infinity. */
export interface Divergence {
  readonly step: number
  readonly loss: string
}

export const divergedError = ({ step, loss }: Divergence): LabError =>
  new LabError('train.diverged', `the loss was ${loss} at step ${step}: rewind, or change the settings`, { step, loss })
