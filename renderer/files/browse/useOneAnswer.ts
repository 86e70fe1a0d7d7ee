import { unitImageOf } from '@core'
import { computed } from 'vue'
import { request } from '../../lib/bridge'
import { useSampled } from '../../lib/useSampled'
import { useBrowseAnswers } from '../../stores/browse-answers'
import { useMoment } from '../../stores/moment'

/** While the run learns, the answer to one image is renewed so often. */
const renewMs = 500

/** What the network of the shown moment says of one image. @param image its place and bytes; null: nothing is asked */
export function useOneAnswer(image: () => { readonly place: number, readonly bytes: Uint8Array } | null) {
  const moment = useMoment()
  const answers = useBrowseAnswers()
  const { value } = useSampled(
    () => { const shown = image(); return shown && answers.canRead && moment.ready ? `${shown.place}:${moment.state?.runId}:${moment.step}` : null },
    async () => {
      const { place, bytes } = image()!
      return { place, ...await request('draw:predict', { source: 'run', pixels: unitImageOf(bytes) }) }
    },
    () => moment.running ? renewMs : 30,
  )
  return computed(() => value.value !== null && value.value.place === image()?.place ? value.value : null)
}
