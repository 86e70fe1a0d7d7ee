import { LabError, type Trainer } from '@core'
import type { Terminal } from './terminal'

/** The error for a training that diverged; it names the learning rate. */
export const divergedError = ({ divergence, step, config: { optimizer } }: Trainer, terminal: Terminal): LabError => new LabError('train.diverged', 'the loss was not finite', {
  ...divergence, step: terminal.number(divergence!.step), kept: terminal.number(step), rate: optimizer.learningRate,
})
