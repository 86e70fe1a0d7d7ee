import { LabError } from '../errors'

/** The step whose loss was not finite, and that loss: NaN or Infinity. */
export interface Divergence {
  readonly step: number
  readonly loss: string
}

export const divergedError = ({ step, loss }: Divergence): LabError =>
  new LabError('train.diverged', `the loss was ${loss} at step ${step}: rewind, or change the settings`, { step, loss })
