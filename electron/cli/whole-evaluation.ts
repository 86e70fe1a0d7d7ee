import { type Evaluation, type Trainer, wholeSize } from '@core'
import { type Interrupt, runInterruptibly } from './interrupt'
import type { Progress } from './progress'
import type { Terminal } from './terminal'

/** Evaluates all images of every split, with a progress bar. @returns null when interrupted */
export async function wholeEvaluation(trainer: Trainer, interrupt: Interrupt, progress: Progress, terminal: Terminal): Promise<Evaluation | null> {
  const evaluator = trainer.createEvaluator()
  let evaluation: Evaluation | null = null
  evaluator.begin(wholeSize)
  const total = evaluator.left
  await runInterruptibly({ interrupt, now: terminal.now }, () => {
    evaluation = evaluator.advance()
    return evaluation === null
  }, () => progress.update(evaluator.seen, total, () => [terminal.text('train.measuring')]))
  progress.end()
  return evaluation
}
