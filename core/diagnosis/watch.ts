import { lossDefinition } from '../layers/registry'
import type { Evaluation } from '../train/evaluation'
import type { Trainer } from '../train/trainer'
import { type Evidence, hasLearned, recentSteps } from './evidence'
import { type Finding, type RuleId, ruleIds, type Verdict } from './finding'
import { isObserved, type LayerStart, missingIn, observeStart, observeStep, type StepObservation } from './observation'
import { worstFirst } from './order'
import type { Occasion } from './rule'
import { renewed } from './renewed'
import { rules } from './rules'

/** The part of a trainer that is watched. */
export type Watched = Pick<Trainer, 'model' | 'ops' | 'dataset' | 'config' | 'step' | 'epoch' | 'rows' | 'loss' | 'updated' | 'divergence' | 'nonFinite' | 'recipe' | 'classes'>

export interface WatchOptions {
  /** Whether a single step and a single evaluation suffice for a finding; left out: false */
  readonly once?: boolean
}

/** Observed steps before medians are taken */
const enoughSteps = 5
/** Steps after the first evaluation that are early */
const earlySteps = 20
/** Images over which the loss is averaged */
const smoothImages = 100
/** Judgements in a row that must find nothing before a finding is over */
const overAfter: Readonly<Record<Occasion, number>> = { beginning: 1, step: 3, evaluation: 2 }
/** Loss of answering 0 to a target of one 1 and else 0 */
const squaredLossOfZero = 0.5

/** What is known of one rule. */
interface RuleState {
  /** Consecutive judgements that broke the rule, and consecutive ones that did not */
  broken: number
  fine: number
  /** Step of the first violation in the current row of violations */
  since: number
  finding: Finding | null
}

/** Watches a training and finds out what is wrong with it. */
export class Watch {
  /** What is wrong now, the worst first, of equals the most fundamental; a new array whenever it changes */
  findings: readonly Finding[] = []
  private states = newStates()
  private readonly fixed: Pick<Evidence, 'classes' | 'layers' | 'largestInput' | 'missing' | 'fromFile'>
  private config: Evidence['config']
  /** Step of the beginning or of the latest change of the settings */
  private changedAt: number
  /** Epochs completed by the latest change of the settings */
  private changedEpoch = 0
  /** Whether settings were changed since the beginning of the run */
  private isChanged: boolean
  private start: readonly LayerStart[] | null = null
  private fromStart = false
  private recent: readonly StepObservation[] = []
  private loss: number | null = null
  private firstLoss: number | null = null
  private divergence: Evidence['divergence'] = null
  private evaluation: Evaluation | null = null
  private first: Evaluation | null = null
  /** The latest two of a series of evaluations whose steps at least double each time */
  private milestones: readonly Evaluation[] = []
  private largestRate = 0
  private overshot: Evidence['overshot'] = null
  /** The evaluation with the least test loss by its number of test images */
  private readonly best = new Map<number, Evaluation>()

  /** @param trainer as it is before its next step: what it did before was not seen */
  constructor(trainer: Watched, private readonly options: WatchOptions = {}) {
    const { model: { layers, definitions }, dataset, recipe, config, step, classes } = trainer
    const { train: { normalization: { divideBy } } } = dataset
    this.config = config
    this.changedAt = step
    this.isChanged = recipe.events.length > 0
    this.fixed = {
      classes, fromFile: recipe.first !== undefined, largestInput: 255 / divideBy, missing: missingIn(dataset),
      layers: layers.map(({ name, out }, i) => ({ name, definition: definitions[i]!, units: out.columns })),
    }
    this.judge('beginning', step)
  }

  /** Call after each step of the training; it takes longer at observed steps only. */
  learned(trainer: Watched): void {
    const { divergence, nonFinite, step, loss, rows } = trainer
    if (divergence) return this.diverged({ ...divergence, tensor: nonFinite }, step)
    this.largestRate = Math.max(this.largestRate, this.config.optimizer.learningRate)
    const weight = Math.min(1, rows / smoothImages)
    this.loss = this.loss === null ? loss : this.loss + weight * (loss! - this.loss)
    this.firstLoss ??= this.loss
    if (!isObserved(step - this.changedAt) || !trainer.updated) return
    if (!this.start) {
      this.start = observeStart(trainer)
      this.fromStart = step === 1
    }
    this.recent = [...this.recent.slice(1 - recentSteps), observeStep(trainer)]
    this.judge('step', step)
  }

  /** Call after each evaluation. */
  evaluated(evaluation: Evaluation): void {
    this.evaluation = evaluation
    this.first ??= evaluation
    const { step, test: { images, loss } } = evaluation
    const latest = this.milestones.at(-1)
    if (!latest || step >= Math.max(1, 2 * latest.step)) this.milestones = [...this.milestones.slice(-1), evaluation]
    const best = this.best.get(images)
    if (!best || loss < best.test.loss) this.best.set(images, evaluation)
    this.judge('evaluation', step)
  }

  /** Call after a change of the settings: what was observed with the old ones is forgotten, what was measured stays. */
  changed({ config, step, epoch }: Watched): void {
    if (config.optimizer.kind !== this.config.optimizer.kind) this.largestRate = 0 // rates of different optimizers cannot be compared
    this.config = config
    this.changedAt = step
    this.changedEpoch = epoch
    this.isChanged = true
    this.recent = []
    this.loss = this.divergence = null
    for (const [id, state] of this.states) {
      const verdict = state.finding && rules[id].judge(this.evidence(step))
      Object.assign(state, fresh(), { since: state.since, finding: verdict && findingOf(id, verdict, state.since, rules[id].on === 'evaluation' ? this.evaluation!.step : step) })
    }
    this.list()
  }

  private diverged(divergence: NonNullable<Evidence['divergence']>, step: number): void {
    this.divergence = divergence
    this.recent = this.recent.filter(observation => observation.step <= step)
    if (this.evaluation && this.evaluation.step > step) this.evaluation = null // its weights were undone
    this.judge('step', divergence.step)
  }

  private judge(occasion: Occasion, step: number): void {
    const evidence = this.evidence(step)
    for (const [id, state] of this.states) {
      const rule = rules[id]
      if (rule.on === occasion) this.judgeRule(id, state, evidence, step)
    }
    this.remember(evidence)
    this.list()
  }

  /** Remembers which updates were too large, for what they left behind, until the network has learned all the same. */
  private remember(evidence: Evidence): void {
    const finding = this.states.get('exploding')!.finding ?? this.states.get('stepTooLarge')!.finding
    if (hasLearned(evidence)) this.overshot = null
    else if (finding && !this.overshot) this.overshot = { rule: finding.rule, step: finding.step, rate: evidence.config.optimizer.learningRate }
  }

  private judgeRule(id: RuleId, state: RuleState, evidence: Evidence, step: number): void {
    const { patience = 1, on } = rules[id]
    const verdict = rules[id].judge(evidence)
    if (verdict) {
      if (state.broken === 0) state.since = step
      state.broken++
      state.fine = 0
      if (this.options.once || state.broken >= patience) state.finding = renewed(state.finding, findingOf(id, verdict, state.since, step))
      return
    }
    state.broken = 0
    state.fine++
    if (state.fine >= overAfter[on]) state.finding = null
  }

  private evidence(step: number): Evidence {
    const { config, fixed, isChanged, start, fromStart, recent, loss, evaluation, first, divergence, options, overshot } = this
    const { probabilities } = lossDefinition(config.network.loss)
    const chance = probabilities ? Math.log(fixed.classes.length) : squaredLossOfZero
    const startLoss = first?.step === 0 ? first.train.loss : this.firstLoss ?? 0
    return {
      ...fixed, config, changed: isChanged, step, early: !options.once && step < (first?.step ?? 0) + earlySteps, epochs: (evaluation?.epoch ?? 0) - this.changedEpoch, start, fromStart, loss, evaluation, first, divergence, overshot,
      largestRate: this.largestRate || config.optimizer.learningRate,
      earlier: this.milestones.findLast(earlier => 2 * earlier.step <= step) ?? null,
      lossBefore: Math.max(startLoss, chance),
      recent: options.once || recent.length >= enoughSteps ? recent : [],
      best: (evaluation && this.best.get(evaluation.test.images)) ?? null,
    }
  }

  private list(): void {
    const found = worstFirst([...this.states.values()].flatMap(({ finding }) => finding ?? []), this.findings)
    if (found.length !== this.findings.length || found.some((finding, i) => finding !== this.findings[i])) this.findings = found
  }
}

const fresh = (): RuleState => ({ broken: 0, fine: 0, since: 0, finding: null })
const newStates = (): ReadonlyMap<RuleId, RuleState> => new Map(ruleIds.map(id => [id, fresh()]))

const findingOf = (rule: RuleId, verdict: Verdict, step: number, at: number): Finding => ({ rule, ...verdict, step, at })
