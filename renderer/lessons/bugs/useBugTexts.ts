import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { hintKeys, paramsCompared, passing } from './answers'
import type { Verdict } from './bug-lab'
import { useBugLab } from './bug-lab'
import { kindOf } from './listings'
import { usePlaceName } from './usePlaceName'

/** What the bug lab says about the open case: hints that were asked for, the answer to a guess, and the end. */
export function useBugTexts() {
  const { t } = useI18n()
  const lab = useBugLab()
  const { placeName, paramNames } = usePlaceName()

  const hints = computed(() => {
    const { bug } = lab
    const [first, second, third] = hintKeys(bug)
    const [wrong = ''] = bug.reveals.numbers
    const [at = '', part = ''] = wrong.split('.')
    return [
      t(`bugs.hint.first.${first}`),
      t(`bugs.hint.second.${second}`, { failing: paramNames(bug.reveals.check), passing: paramNames(passing(bug)) }),
      t(`bugs.hint.third.${third}`, { place: placeName(bug.guilty), part: part || at }),
    ].slice(0, lab.hints)
  })
  /** A first layer hands its dx on to nobody. */
  const keyOf = ({ place, key }: Verdict): string => place === 'affine1' && key === 'dx' ? 'firstDx' : key
  const answer = computed(() => {
    const { verdict, bug } = lab
    if (!verdict || verdict.right) return null
    const { place, comparison, rightPlace } = verdict
    const params = paramsCompared(bug, verdict)
    return [
      ...rightPlace ? [t('bugs.rightPlace', { place: placeName(place) })] : [],
      t(`bugs.answer.${kindOf(place)}.${keyOf(verdict)}`, { place: placeName(place) }),
      t(`bugs.compared.${comparison}`, { place: placeName(place), failing: paramNames(params.failing), further: paramNames(params.further), missing: paramNames(params.missing) }),
    ]
  })
  const wrong = computed(() => lab.verdict && !lab.verdict.right ? t('bugs.wrong', { n: lab.verdict.line, place: placeName(lab.verdict.place) }) : '')
  const told = computed(() => lab.mended ? [t(`bugs.told.${lab.bug.id}`)] : null)
  return { hints, wrong, answer, told }
}
