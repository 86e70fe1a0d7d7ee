/// <reference types="vite/client" />
import type { LabApi } from '@contract'

declare global {
  interface Window { readonly lab: LabApi }
}
