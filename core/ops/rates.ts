/** Learning rate η and the fraction of the velocity that is kept. @source Deep Learning from Scratch, 6.1.4 */
export interface MomentumRates { readonly learningRate: number, readonly momentum: number }
/** @source Duchi et al. 2011; Deep Learning from Scratch, 6.1.5 */
export interface AdagradRates { readonly learningRate: number, readonly epsilon: number }
/** @source Hinton's lecture 6e */
export interface RmspropRates { readonly learningRate: number, readonly decay: number, readonly epsilon: number }
/** @source Kingma and Ba 2015; Deep Learning from Scratch, 6.1.6 */
export interface AdamRates {
  readonly learningRate: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  /** t, counted from 1 */
  readonly step: number
}
