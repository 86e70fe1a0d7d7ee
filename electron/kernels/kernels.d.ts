/** The compiled kernels as base64: a virtual module of the build (kernels.config.ts). */
declare module 'virtual:kernels' {
  export const simd: string
  export const relaxed: string
  export const wide: string
}
