import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { useRun } from './run'

/** The block of the network whose weights and gradients Train shows. */
export const useChosenBlock = defineStore('chosenBlock', () => {
  const run = useRun()
  const wanted = ref('affine1')
  const blocks = computed(() => run.state?.blocks ?? [])
  /** The chosen one, or the first when the network has no such block; '' without a network */
  const name = computed(() => (blocks.value.find(({ name }) => name === wanted.value) ?? blocks.value[0])?.name ?? '')

  const choose = (block: string) => { wanted.value = block }
  /** Chooses the first block of a kind, if the network has one. @param kind of a layer; 'loss' is the last block */
  function chooseKind(kind: string) {
    const block = kind === 'loss' ? blocks.value.at(-1) : blocks.value.find(block => block.kind === kind)
    if (block) choose(block.name)
  }
  return { name, choose, chooseKind }
})
