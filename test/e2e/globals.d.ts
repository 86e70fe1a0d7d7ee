import type { LabApi } from '@contract'

declare global {
  interface Window {
    /** The preload's API in the window: tests use only what the window could use as well. */
    readonly lab: LabApi
  }
}
