import { checkLength, type DrawnDigit } from '@contract'
import { inputSize, mnist } from '@core'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { answersByPart, bugCount, differenceLimit, digitCount } from '../../course/capstone'
import { partNumber } from '../../course/parts'
import { useNetworkName } from '../../lib/useNetworkName'
import { useNumbers } from '../../lib/useNumbers'
import { useParameterName } from '../../lib/useParameterName'
import { capstoneConfig, useCapstone } from '../../stores/course/capstone'
import { useCourse } from '../../stores/course/course'
import { useProgress } from '../../stores/course/progress'
import { useSettings } from '../../stores/settings'
import { bugs } from '../bugs/list'

const architecture = { input: [inputSize(mnist)], ...capstoneConfig.network }

/** The summary's texts and numbers in the current language. */
export function useSummary() {
  const { t } = useI18n()
  const capstone = useCapstone()
  const course = useCourse()
  const progress = useProgress()
  const settings = useSettings()
  const numbers = useNumbers()
  const networkName = useNetworkName()
  const parameterName = useParameterName()
  const date = (at: number) => new Intl.DateTimeFormat(settings.locale, { dateStyle: 'long' }).format(at)

  const learner = computed(() => progress.progress.learner)
  /** The first lesson or task that was opened, and the end of the capstone */
  const dates = computed(() => {
    const { work } = capstone
    const begun = Math.min(work?.startedAt ?? Infinity, ...Object.values(progress.progress.lessons).map(({ visitedAt }) => visitedAt))
    return t('capstone.page.dates', { begun: Number.isFinite(begun) ? date(begun) : '–', finished: work?.doneAt ? date(work.doneAt) : '–' })
  })
  const recipe = computed(() => t('capstone.page.recipe', { network: networkName(architecture), batch: capstoneConfig.batchSize, rate: numbers.value.plain(capstoneConfig.optimizer.learningRate), seed: capstoneConfig.seed }))
  const facts = computed(() => {
    const { trained } = capstone.work ?? {}
    if (!trained) return []
    return [
      { key: 'accuracy', value: numbers.value.percent(trained.accuracy) }, { key: 'loss', value: numbers.value.short(trained.loss) },
      { key: 'steps', value: numbers.value.count(trained.steps) }, { key: 'images', value: numbers.value.count(trained.steps * capstoneConfig.batchSize) },
      { key: 'time', value: t('capstone.seconds', { n: numbers.value.few(trained.ms / 1000, 2) }) },
    ].map(({ key, value }) => ({ label: t(`capstone.fact.${key}`), value }))
  })

  const noteOf = ({ sample, tries }: DrawnDigit) => [...sample ? [t('capstone.page.sample')] : [], ...tries > 1 ? [t('capstone.page.tries', { n: tries })] : []].join(', ')
  const digits = computed(() => (capstone.work?.digits ?? []).map(drawn => ({ ...drawn, right: drawn.read === drawn.digit, share: numbers.value.share(drawn.probability), note: noteOf(drawn) })))
  const digitCounts = computed(() => t('capstone.page.counts', { first: digits.value.filter(({ firstTryRight }) => firstTryRight).length, right: digits.value.filter(({ right }) => right).length, all: digitCount }))

  const limit = computed(() => t('capstone.page.limit', { limit: numbers.value.plain(differenceLimit) }))
  const checks = computed(() => (capstone.work?.checked?.parameters ?? []).map(({ path, mean }) => ({ name: parameterName(path), mean: numbers.value.short(mean), agrees: mean <= differenceLimit })))

  const cases = computed(() => bugs.map(({ id }, i) => ({ n: i + 1, id, found: capstone.work?.bugs.find(solved => solved.id === id) })))
  const bugsFound = computed(() => t('capstone.page.bugs', { n: capstone.work?.bugs.length ?? 0, all: bugCount }))

  const parts = computed(() => answersByPart(progress.progress, course.lessons).map(({ part, right, all }) => {
    const check = progress.progress.parts[part]
    return { part, right, all, name: t('course.part.title', { n: partNumber(part), name: t(`course.part.name.${part}`) }), check: check ? t('capstone.page.check', { right: check.right, all: checkLength, date: date(check.checkedAt) }) : t('capstone.page.noCheck') }
  }))
  const sum = computed(() => {
    const count = (of: 'right' | 'all') => parts.value.reduce((sum, part) => sum + part[of], 0)
    return t('capstone.page.of', { right: count('right'), all: count('all') })
  })
  const footer = computed(() => t('capstone.page.footer', { version: settings.info?.version ?? '' }))

  /** The same numbers as a table */
  const rows = (): (string | number)[][] => {
    const { trained, checked } = capstone.work ?? {}
    return [
      ['what', 'value', 'detail'],
      ...trained ? [['accuracy', trained.accuracy, ''], ['loss', trained.loss, ''], ['steps', trained.steps, ''], ['milliseconds', Math.round(trained.ms), '']] : [],
      ...digits.value.map(({ digit, read, probability, tries, sample, firstTryRight }) => [`digit ${digit}`, read, `probability ${probability.toFixed(4)}, tries ${tries}, first try ${firstTryRight ? 'right' : 'wrong'}${sample ? ', sample' : ''}`]),
      ...(checked?.parameters ?? []).map(({ path, mean }) => [path, mean, 'mean absolute difference']),
      ...cases.value.flatMap(({ id, n, found }) => found ? [[`case ${n} (${id})`, 'solved', `${found.guesses} guesses, ${found.hints} hints`]] : []),
      ...parts.value.map(({ part, right, all }) => [`part ${part}`, right, `of ${all} on the first try`]),
    ]
  }
  return { learner, dates, recipe, facts, digits, digitCounts, limit, checks, cases, bugsFound, parts, sum, footer, rows }
}
