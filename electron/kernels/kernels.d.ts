/** The compiled kernels as base64: the build's own module (kernels.config.ts). */
declare module 'virtual:kernels' {
  export const simd: string
  export const relaxed: string
  export const wide: string
}
