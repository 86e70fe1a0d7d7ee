import type { RunConfig } from '../config'
import type { BlockDefinition } from '../layers/definition'
import { type Evaluation, isGuessing } from '../train/evaluation'
import type { RuleId, Severity } from './finding'
import type { LayerObservation, LayerStart, MissingClass, StepObservation } from './observation'

/** A layer of the network, as rules see it. */
export interface LayerEvidence {
  /** 'dropout1' */
  readonly name: string
  readonly definition: BlockDefinition
  readonly units: number
}

/** What has been observed of a run, for the rules. */
export interface Evidence {
  /** The present settings */
  readonly config: RunConfig
  /** In order, the loss last */
  readonly layers: readonly LayerEvidence[]
  /** Names of the classes */
  readonly classes: readonly string[]
  /** Largest number of the network's input that the dataset's normalization allows */
  readonly largestInput: number
  readonly missing: readonly MissingClass[]
  /** Whether the initial weights are a file's instead of drawn from the seed */
  readonly fromFile: boolean
  /** Whether settings were changed since the beginning of the run, so that a new run with the present ones would be another one */
  readonly changed: boolean
  /** Mini-batches learned before the weights that are judged */
  readonly step: number
  /** Whether only a few steps were learned since the first evaluation: a deep network's units are unlike later ones at first */
  readonly early: boolean
  /** Epochs completed before the latest evaluation, since the latest change of the settings */
  readonly epochs: number
  /** Of the first step that was observed; null before it */
  readonly start: readonly LayerStart[] | null
  /** Whether that was the run's first step */
  readonly fromStart: boolean
  /** Loss averaged over about a hundred images; null before the first step */
  readonly loss: number | null
  /** The loss at the beginning, at least that of answering by chance */
  readonly lossBefore: number
  /** The latest observed steps since the latest change of the settings, at most {@link recentSteps}, the newest last */
  readonly recent: readonly StepObservation[]
  /** The latest one; null before the first */
  readonly evaluation: Evaluation | null
  /** The first one since the run is followed */
  readonly first: Evaluation | null
  /** An earlier evaluation, at no more than half of the steps; null without such a one */
  readonly earlier: Evaluation | null
  /** The largest learning rate that the run has learned with, with its present optimizer */
  readonly largestRate: number
  /** The latest updates that were too large, or that made the loss explode; null without any since the beginning of the run */
  readonly overshot: { readonly rule: RuleId, readonly step: number, readonly rate: number } | null
  /** The evaluation with the least loss on as many test images; null before the first */
  readonly best: Evaluation | null
  /** Set when the loss was not finite; `tensor` is null when only the loss was not */
  readonly divergence: { readonly step: number, readonly loss: string, readonly tensor: string | null } | null
}

/** Observed steps that a median is taken of. */
export const recentSteps = 10

/** A training accuracy that shows that the network learns. */
export const learnedAbove = 0.9

/** Whether the network has learned, so that unusual numbers are no fault. */
export const hasLearned = ({ evaluation }: Pick<Evidence, 'evaluation'>): boolean => (evaluation?.train.accuracy ?? 0) >= learnedAbove

/** With large mini-batches an epoch may be a single step */
const fewSteps = 100

/** Whether the network still answers about as well as by chance after an epoch. */
export const isAtChance = ({ evaluation, epochs: epoch, classes }: Pick<Evidence, 'evaluation' | 'epochs' | 'classes'>): boolean =>
  evaluation !== null && evaluation.step >= fewSteps && isGuessing({ ...evaluation, epoch }, classes.length)

/**
 * How severe it is that a rule is broken by which a network cannot learn: broken if the number leaves no hope, or if the network has
 * indeed learned nothing in an epoch.
 * @param hopeless whether the weights cannot recover, by the rule's number alone
 */
export const severityOf = (evidence: Evidence, hopeless: boolean): Severity => hopeless || isAtChance(evidence) ? 'broken' : 'warn'

/** What the updates that were too large did before, as facts: since when, by which rule and rate; step 0 without any. */
export const overshotFacts = ({ overshot }: Pick<Evidence, 'overshot'>): { readonly cause: string, readonly causeStep: number, readonly causeRate: number } =>
  ({ cause: overshot?.rule ?? '', causeStep: overshot?.step ?? 0, causeRate: overshot?.rate ?? 0 })

/** The middle number; of an even count the lower one of the two. NaN without numbers. */
export const lowerMedian = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[(numbers.length - 1) >> 1] ?? NaN

/** Median over the recent steps of a number of each layer, in the order of the layers. */
export function recentMedians({ recent }: Pick<Evidence, 'recent'>, numberOf: (layer: LayerObservation) => number): readonly { readonly layer: string, readonly median: number }[] {
  return (recent.at(-1)?.layers ?? []).map(({ layer }, i) => ({ layer, median: lowerMedian(recent.map(({ layers }) => numberOf(layers[i]!))) }))
}
