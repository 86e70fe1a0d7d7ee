import { type Evaluation, type RecordedEvaluation, type Trainer, wholeSize } from '@core'
import { type Interrupt, runInterruptibly } from './interrupt'
import type { Progress } from './progress'
import type { Terminal } from './terminal'

/** Evaluates all images of every split, with a progress bar. @returns null when interrupted */
export const wholeEvaluation = async (trainer: Trainer, interrupt: Interrupt, progress: Progress, terminal: Terminal): Promise<Evaluation | null> =>
  (await evaluated(trainer, false, interrupt, progress, terminal)).evaluation

/** The same with the answer to each image. */
export const recordedEvaluation = async (trainer: Trainer, interrupt: Interrupt, progress: Progress, terminal: Terminal): Promise<RecordedEvaluation | null> =>
  (await evaluated(trainer, true, interrupt, progress, terminal)).recorded

async function evaluated(trainer: Trainer, isRecorded: boolean, interrupt: Interrupt, progress: Progress, terminal: Terminal): Promise<{ readonly evaluation: Evaluation | null, readonly recorded: RecordedEvaluation | null }> {
  const evaluator = trainer.createEvaluator()
  let evaluation: Evaluation | null = null
  evaluator.begin(wholeSize, isRecorded)
  const total = evaluator.left
  await runInterruptibly({ interrupt, now: terminal.now }, () => {
    evaluation = evaluator.advance()
    return evaluation === null
  }, () => progress.update(evaluator.seen, total, () => [terminal.text('train.measuring')]))
  progress.end()
  return { evaluation, recorded: evaluation && evaluator.recorded }
}
