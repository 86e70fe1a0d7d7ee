import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { type AppInfo, type DatasetState, type Locale, pickLocale, type Settings } from '@contract'
import { app } from 'electron'

/** Folder of the dataset's four files: in the resources of the packaged app, or where set-up put it in the project. */
export const mnistFolder = (): string => process.env['LAB_MNIST'] ?? join(app.isPackaged ? process.resourcesPath : join(app.getAppPath(), 'build'), 'mnist')

/** The system's language. */
export const systemLocale = (): Locale => pickLocale(process.env['LAB_LANG'] ? [process.env['LAB_LANG']] : app.getPreferredSystemLanguages())

/** The chosen language, or the system's when none is chosen. */
export const localeOf = ({ locale }: Pick<Settings, 'locale'>): Locale => locale === 'system' ? systemLocale() : locale

/** Facts about the app and the computer that the window shows. */
export const appInfo = (dataset: DatasetState): AppInfo => ({
  version: app.getVersion(), electron: process.versions.electron, platform: `${process.platform} ${process.arch}`,
  cores: availableParallelism(), systemLocale: systemLocale(), dataset,
})
