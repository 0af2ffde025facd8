/** What is tried by hand beside the search: the defaults with a third stage and images shifted by up to a pixel, with so many filters. */
export const PROPOSED_FILTERS = [16, 24] as const

export const proposal = (filters: number) => ({
  filters,
  stages: [{ dropout: 0 }, { dropout: 0 }, { dropout: 0 }],
  units: 64,
  dropout: 0.25,
  shift: 1,
  optimizer: { kind: 'adamW', learningRate: 3e-3, weightDecay: 1e-2 },
  schedule: { kind: 'cosine', warmUp: 0.05, end: 1e-2 },
  batchSize: 32,
  labelSmoothing: 0,
})
