// In CI property tests draw the same examples every time, so that a change is judged by what it changes;
// everywhere else each run draws new ones.
if (process.env.CI === 'true') {
  const { default: fc } = await import('fast-check')
  fc.configureGlobal({ seed: 20_261_125 })
}

export {}
