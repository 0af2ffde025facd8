/** The activation functions, by PyTorch's definitions and default constants. */
export const activationNames = [
  'relu',
  'leakyRelu',
  'elu',
  'selu',
  'gelu',
  'geluTanh',
  'silu',
  'tanh',
  'sigmoid',
  'softplus',
] as const
export type ActivationName = (typeof activationNames)[number]
