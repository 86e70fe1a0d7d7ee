import type { InspectorTab } from '@contract'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Aspect } from '../lib/block-parts'
import { useMoment } from './moment'

/** In place of a block's name: the network's input, the images of the mini-batch, which the loss block shows */
export const inputPlace = 'input'

/** The block of the network that Train shows in detail, and which view of it: gradients, weights or activations. */
export const useChosenBlock = defineStore('chosenBlock', () => {
  const moment = useMoment()
  /** By its name, or the first of a kind: a lesson may lead here before the run is known */
  const wanted = shallowRef<{ readonly name: string } | { readonly kind: string }>({ name: 'affine1' })
  const blocks = computed(() => moment.state?.blocks ?? [])
  const chosen = computed(() => {
    const { value: choice } = wanted
    if ('name' in choice && choice.name === inputPlace) return blocks.value.at(-1)
    if ('name' in choice) return blocks.value.find(({ name }) => name === choice.name)
    return choice.kind === 'loss' ? blocks.value.at(-1) : blocks.value.find(({ kind }) => kind === choice.kind)
  })
  /** The chosen one, or the first when the network has no such block; '' without a network */
  const name = computed(() => (chosen.value ?? blocks.value[0])?.name ?? '')
  /** Where the chain shows the choice: the block's name, or its input */
  const place = computed(() => name.value !== '' && 'name' in wanted.value && wanted.value.name === inputPlace ? inputPlace : name.value)
  /** A block without this view shows another */
  const view = ref<Aspect>('gradient')

  const tab = ref<InspectorTab>('block')

  const openTab = (next: InspectorTab) => { tab.value = next }
  /** Also opens the tab that shows it. @param block its name, or `inputPlace` */
  function choose(block: string) {
    follow(block)
    openTab('block')
  }
  /** Follows what is shown elsewhere: the tab stays. */
  const follow = (block: string) => { wanted.value = { name: block } }
  const chooseView = (aspect: Aspect) => { view.value = aspect }
  /** Chooses the first block of a kind, if the network has one, and a view. @param kind of a layer; 'loss' is the last block */
  function chooseKind(kind: string, aspect: Aspect) {
    wanted.value = { kind }
    openTab('block')
    chooseView(aspect)
  }
  return { name, place, view, tab, openTab, choose, follow, chooseView, chooseKind }
})
