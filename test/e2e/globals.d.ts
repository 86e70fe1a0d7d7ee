import type { LabApi } from '@contract'

declare global {
  interface Window {
    /** What the preload gives to the window: what tests say through it, the window could say. */
    readonly lab: LabApi
  }
}
