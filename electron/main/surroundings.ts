import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { type AppInfo, type DatasetInfo, type Locale, pickLocale, type Settings } from '@contract'
import { app } from 'electron'

/** The folder of the dataset's four files: beside the packaged app, or what the set-up put into the project. */
export const mnistFolder = (): string => process.env['LAB_MNIST'] ?? join(app.isPackaged ? process.resourcesPath : join(app.getAppPath(), 'build'), 'mnist')

/** The person's language as the system tells it. */
export const systemLocale = (): Locale => pickLocale(process.env['LAB_LANG'] ? [process.env['LAB_LANG']] : app.getPreferredSystemLanguages())

/** The language that was chosen, be it the system's. */
export const localeOf = ({ locale }: Pick<Settings, 'locale'>): Locale => locale === 'system' ? systemLocale() : locale

/** What the window shows of the app and the computer. */
export const appInfo = (dataset: DatasetInfo): AppInfo => ({
  version: app.getVersion(), electron: process.versions.electron, platform: `${process.platform} ${process.arch}`,
  cores: availableParallelism(), systemLocale: systemLocale(), dataset,
})
