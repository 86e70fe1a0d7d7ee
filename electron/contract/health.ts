/** How steps are placed on an axis. */
export const stepScales = ['linear', 'logarithmic'] as const
export type StepScale = (typeof stepScales)[number]
