import { defaultProgress, type Progress, progressSchema } from '@contract'
import { JsonStore } from '@files'
import * as v from 'valibot'

/** The learner's progress, stored in the lab's folder. */
export const openProgress = (path: string): Promise<JsonStore<Progress>> => JsonStore.open<Progress>(path, v.parser(progressSchema), defaultProgress)
