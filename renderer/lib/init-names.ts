import type { Init } from '@core'

/** Keys of the initializations' names, under `train.config` */
export const initNames: Readonly<Record<Init, string>> = { small: 'initSmall', xavier: 'initXavier', he: 'initHe' }
