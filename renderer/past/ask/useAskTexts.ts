import type { FoundAnswer } from '@contract'
import type { Question } from '@core'
import { useI18n } from 'vue-i18n'
import { useNumbers } from '../../lib/useNumbers'
import type { AskSubject } from '../../stores/asking'
import { type Draft, hasValue, isPercent } from './question'
import { useSubjectName } from './useSubjectName'

/** Questions and answers as sentences. */
export function useAskTexts() {
  const { t } = useI18n()
  const numbers = useNumbers()
  const { nameOf, blockName, className } = useSubjectName()

  const whatOf = (subject: AskSubject, { what }: Draft): string =>
    subject.of === 'tensor' ? t('past.ask.of', { what: t(`past.ask.what.${what}`), subject: nameOf(subject) }) : nameOf(subject)
  const valueOf = (draft: Draft): string => `${draft.value.trim() || '…'}${isPercent(draft.what) && draft.value.trim() !== '' ? '%' : ''}`

  const givenOf = (subject: AskSubject, draft: Draft) =>
    ({ subject: whatOf(subject, draft), value: valueOf(draft), class: draft.class === null ? '' : className(draft.class), block: subject.of === 'unit' ? blockName(subject.layer) : '' })

  /** 'When was the norm of W (Affine 1) first at least 1.5?' */
  function sentence(subject: AskSubject, draft: Draft): string {
    const given = givenOf(subject, draft)
    return hasValue(draft.what) ? t(`past.ask.sentence.${draft.direction}`, given) : t(`past.ask.sentence.${draft.what}`, given)
  }
  /** 'The norm of W (Affine 1) ≥ 1.5' */
  function noteText(subject: AskSubject, draft: Draft): string {
    const given = givenOf(subject, draft)
    return hasValue(draft.what) ? t(`past.ask.note.${draft.direction}`, given) : t(`past.ask.note.${draft.what}`, given)
  }

  function shownValue(question: Question, value: number | null): string {
    if (value === null) return '–'
    if (question.ask !== 'passed') return numbers.value.few(value)
    const { quantity } = question
    return quantity.of === 'accuracy' || (quantity.of === 'tensor' && quantity.figure === 'zeroShare') ? numbers.value.percent(value) : numbers.value.short(value)
  }

  /** On how many images an accuracy was measured. */
  function measuredOn({ measured, full }: NonNullable<FoundAnswer['images']>): string {
    const n = numbers.value.count(measured)
    return full ? t('past.ask.answer.measuredOnFull', { n, all: numbers.value.count(full.images), accuracy: numbers.value.percent(full.value) }) : t('past.ask.answer.measuredOn', { n })
  }

  function answerText(subject: AskSubject, question: Question, { step, value, fromStart, before, first, last, images }: FoundAnswer): string {
    const count = (at: number | null) => numbers.value.count(at ?? 0)
    const given = { subject: nameOf(subject), step: count(step), value: shownValue(question, value), before: count(before), first: count(first), last: count(last), class: question.ask === 'read' ? className(question.class) : '' }
    if (question.ask === 'died') {
      const kind = step === null ? 'alive' : fromStart ? 'neverFired' : 'died'
      return t(question.unit === null ? `past.ask.answer.${kind}OfAll` : `past.ask.answer.${kind}`, { ...given, block: subject.of === 'unit' ? blockName(subject.layer) : '' })
    }
    if (question.ask === 'notFinite') return t(step === null ? 'past.ask.answer.finite' : 'past.ask.answer.notFinite', given)
    if (step === null) return t('past.ask.answer.never', given)
    const kind = question.ask === 'read' ? 'read' : question.ask === 'sign' ? 'sign' : 'passed'
    const answer = t(fromStart && kind !== 'sign' ? `past.ask.answer.${kind}Start` : `past.ask.answer.${kind}`, given)
    return images ? `${answer} ${measuredOn(images)}` : answer
  }

  return { sentence, noteText, answerText }
}
