import type { DatasetState } from './dataset'
import type { Locale } from './locales/list'

export interface AppInfo {
  readonly version: string
  readonly electron: string
  /** Operating system and architecture: 'linux x64' */
  readonly platform: string
  /** Processor cores: the largest useful number of threads */
  readonly cores: number
  /** The language that the setting 'system' stands for */
  readonly systemLocale: Locale
  readonly dataset: DatasetState
}
