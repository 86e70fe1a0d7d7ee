import type { RunConfig } from '../config'
import type { SettingsChange } from '../train/change'

/** 'warn': learning is slower or worse than it could be; 'broken': it cannot succeed like this. */
export const severities = ['warn', 'broken'] as const
export type Severity = (typeof severities)[number]

/** All rules, the most fundamental first: a cause precedes its consequences. */
export const ruleIds = [
  'inputScale', 'equalUnits', 'tooMuchDropout', 'tooMuchDecay', 'stepTooLarge', 'exploding', 'notFinite', 'saturation', 'vanishing', 'startVariance', 'startLoss',
  'deadUnits', 'nothingMoves', 'stepTooSmall', 'missingClass', 'sleepingClass', 'overfitting', 'guessing',
] as const
export type RuleId = (typeof ruleIds)[number]

/** What would mend the run. */
export type Cure
  /** Settings that can change in this run, at this step */
  = | { readonly kind: 'change', readonly change: SettingsChange }
    /** A new run from step 0 with the same seeds */
    | { readonly kind: 'new', readonly config: RunConfig }

/** That a rule is broken, and by what. */
export interface Verdict {
  readonly severity: Severity
  /** 'affine1'; null when it concerns the whole network */
  readonly layer: string | null
  /** The number that broke the rule */
  readonly number: number
  /** The numbers and names of the sentence, `number` among them under its own name: { dead: 49, of: 50, images: 1000 } */
  readonly facts: Readonly<Record<string, number | string>>
  /** null when no setting of the run would mend it */
  readonly cure: Cure | null
  /** A rule that is the likelier cause and precedes this one while it is broken, too, although it is less fundamental; left out: none */
  readonly after?: RuleId
}

/** Something that is wrong with a run, with its evidence. */
export interface Finding extends Verdict {
  readonly rule: RuleId
  /** Mini-batches learned when it was first found */
  readonly step: number
  /** Mini-batches learned when its numbers were observed, at `step` or later */
  readonly at: number
  /** The rule that explains this one and is broken, too: then the cure is that one's alone; left out: none */
  readonly explainedBy?: RuleId | undefined
}
