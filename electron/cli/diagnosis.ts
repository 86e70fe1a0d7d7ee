import { evaluatedSplits, type Evaluation, type Evaluator, type Finding, quickSize, type Trainer, Watch } from '@core'
import { causeKey, type FindingFormats, paragraph, sinceKey, translate, tryKey, wordsOf } from '@contract'
import type { Terminal } from './terminal'

/** A finding for `--json`. */
export type JsonFinding = Pick<Finding, 'rule' | 'severity' | 'layer' | 'step' | 'number'>

export const jsonFindings = (findings: readonly Finding[]): readonly JsonFinding[] => findings.map(({ rule, severity, layer, step, number }) => ({ rule, severity, layer, step, number }))

/** A finding as sentences: what is wrong, why, since when, and what to try. */
export function findingText(finding: Finding, { config, recipe }: Pick<Trainer, 'config' | 'recipe'>, terminal: Terminal): string {
  const { locale } = terminal
  const text: FindingFormats['text'] = (key, words = {}) => {
    const found = translate(locale, key, words)
    return found === key ? null : found
  }
  const formats: FindingFormats = { count: value => terminal.number(value), short: value => terminal.short(value), plain: value => value.toLocaleString(locale, { maximumSignificantDigits: 17 }), share: value => terminal.percent(value, 1), list: parts => new Intl.ListFormat(locale, { type: 'conjunction' }).format(parts), text }
  const words = wordsOf(finding, { config, fromFile: recipe.first !== undefined }, formats)
  const said = (key: string): string => translate(locale, key, words)
  const more = [causeKey(finding), sinceKey(finding)].filter(key => key !== null)
  return paragraph(locale, [said(`diagnosis.${finding.rule}.verdict`), said(`diagnosis.${finding.rule}.why`), ...more.map(said), said(tryKey(finding, text))])
}

/** Images evaluated per image learned: an evaluated image costs about a third of a learned one, so this is a twentieth of the time. */
const evaluatedShare = 0.15

/** Watches a training in the terminal: the same training has the same findings, since nothing depends on time. */
export class WatchedTraining {
  private readonly watch: Watch
  private readonly evaluator: Evaluator
  private readonly first: number
  private learnedImages = 0
  private evaluatedImages = 0
  /** Seconds spent on evaluations */
  seconds = 0

  /** @param onEvaluation gets each evaluation, the first one at once @throws LabError train.memory */
  constructor(private readonly trainer: Trainer, private readonly now: () => number, private readonly onEvaluation: (evaluation: Evaluation) => void = () => undefined) {
    this.first = trainer.step
    this.watch = new Watch(trainer)
    this.evaluator = trainer.createEvaluator()
    this.evaluate()
    this.evaluatedImages = 0 // the first one is free
  }

  get findings(): readonly Finding[] { return this.watch.findings }

  /** Learns one mini-batch; after some it evaluates a thousand images of each split. */
  learn(): void {
    const { trainer, watch, first } = this
    trainer.learn()
    watch.learned(trainer)
    if (trainer.divergence) return
    this.learnedImages += trainer.rows
    const isMoment = trainer.stepInEpoch === 0 || Number.isInteger(Math.log2(trainer.step - first))
    if (isMoment && this.evaluatedImages < evaluatedShare * this.learnedImages) this.evaluate()
  }

  /** Takes the evaluation at the end. */
  evaluated(evaluation: Evaluation): void { this.watch.evaluated(evaluation) }

  /** Frees the memory of its evaluations; nothing is learned any more. */
  dispose(): void { this.evaluator.dispose() }

  private evaluate(): void {
    const began = this.now()
    const evaluation = quickEvaluation(this.evaluator)
    this.watch.evaluated(evaluation)
    this.onEvaluation(evaluation)
    for (const split of evaluatedSplits) this.evaluatedImages += evaluation[split]?.images ?? 0
    this.seconds += (this.now() - began) / 1000
  }
}

/** Evaluates a thousand images of each split. */
export function quickEvaluation(evaluator: Evaluator): Evaluation {
  evaluator.begin(quickSize)
  for (;;) {
    const evaluation = evaluator.advance()
    if (evaluation) return evaluation
  }
}
