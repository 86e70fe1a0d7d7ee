/** Whether the focus goes from a field to what was probably meant there: what was typed has to stay until that is pressed. */
export const towardsSuggestion = ({ relatedTarget }: FocusEvent): boolean => relatedTarget instanceof Element && relatedTarget.matches('.suggestion')
