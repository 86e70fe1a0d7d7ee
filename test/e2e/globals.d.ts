import type { LabApi, Locale } from '@contract'

declare global {
  interface Window {
    /** The preload's API in the window: tests use only what the window could use as well. */
    readonly lab: LabApi
  }
}

declare module 'vitest' {
  interface ProvidedContext {
    readonly locale: Locale
  }
}
