import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Job } from 'kubernetes-models/batch/v1'
import { Secret } from 'kubernetes-models/v1'
import { afterAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { launch } from './fleet.ts'

// No cluster runs here: manifests are judged by the schema that Kubernetes publishes, calls by what kubectl would be told.
const folder = mkdtempSync(path.join(tmpdir(), 'diapason-kubernetes-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const STUDY = ['tune.ts', '--storage', 'postgresql://tune:s%40crit@db/tuning', '--study', 'Digits 2']
const kubernetes = (...words: string[]) => launch(['kubernetes', ...words], { PGUSER: 'tune' }, folder)

/** Writes a program that notes what it is told, and answers. */
function stand(answer: object): { readonly kubectl: string; told(): readonly { args: string[]; stdin: string }[] } {
  const notes = path.join(folder, 'notes')
  writeFileSync(notes, '')
  const program = path.join(folder, 'kubectl.mjs')
  writeFileSync(
    program,
    `import { appendFileSync, readFileSync } from 'node:fs'
const note = { args: process.argv.slice(2), stdin: readFileSync(0, 'utf8') }
appendFileSync(${JSON.stringify(notes)}, JSON.stringify(note) + '\\n')
console.log(${JSON.stringify(JSON.stringify(answer))})`,
  )
  const told = () =>
    readFileSync(notes, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  return { kubectl: `${process.execPath} ${program} --context lab`, told }
}

const pod = (name: string, phase: string, more: object = {}) => ({
  metadata: { name, labels: { 'diapason/fleet': 'digits-2' }, ...more },
  spec: { nodeName: 'node-7' },
  status: { phase, conditions: [{ status: 'False', reason: 'Unschedulable' }] },
})

describe('diapason launch kubernetes', () => {
  it('makes a manifest that the published schema accepts, without the password', async () => {
    const flags = ['--workers', '20', '--cpus', '4', '--gpus', '1', '--memory', '8000', '--time', '4h']
    const printed = await kubernetes(...flags, '--image', 'lab/digits:7', '--print', '--', ...STUDY)
    expect(printed).not.toContain('s%40crit')
    const { items } = parse(printed)
    expect(items).toHaveLength(2)
    new Secret(items[0]).validate()
    new Job(items[1]).validate()
    expect(items[0].stringData).toEqual({ PGUSER: 'tune', PGPASSWORD: '***' })
    const { spec } = items[1]
    expect([spec.completionMode, spec.completions, spec.parallelism]).toEqual(['Indexed', 20, 20])
    expect(spec.activeDeadlineSeconds).toBe(14_400)
    // What the schema says nothing of.
    const { restartPolicy, containers } = spec.template.spec
    expect(restartPolicy).toBe('Never')
    expect(items[1].metadata.name).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/)
    expect(containers[0].command.slice(0, 5)).toEqual([
      'diapason',
      'worker',
      'tune.ts',
      '--storage',
      'postgresql://tune@db/tuning',
    ])
    expect(containers[0].resources).toEqual({
      requests: { cpu: '4', memory: '8000Mi', 'nvidia.com/gpu': 1 },
      limits: { memory: '8000Mi', 'nvidia.com/gpu': 1 },
    })
    expect(() => new Job({ ...items[1], spec: { ...spec, completions: 'many' } }).validate()).toThrow()
  })

  it('hands kubectl the manifest with its password over standard input', async () => {
    const { kubectl, told } = stand({})
    const printed = await kubernetes('--workers', '2', '--image', 'lab/digits:7', '--kubectl', kubectl, '--', ...STUDY)
    expect(printed).toMatch(/^Started job\/diapason-digits-2-[0-9a-f]{6} with 2 pods\.\n/)
    const [{ args, stdin }] = told() as [{ args: string[]; stdin: string }]
    expect(args).toEqual(['--context', 'lab', 'create', '--filename=-'])
    expect(JSON.parse(stdin).items[0].stringData.PGPASSWORD).toBe('s@crit')
  })

  it('lists pods, and stops those that live', async () => {
    const items = [pod('a', 'Running'), pod('b', 'Pending'), pod('c', 'Running', { deletionTimestamp: 'now' })]
    const { kubectl, told } = stand({ items })
    expect(await kubernetes('--list', '--kubectl', kubectl)).toBe(`fleet     worker  state    where
digits-2  a       running  node-7
digits-2  b       waiting  Unschedulable
digits-2  c       ending   node-7
`)
    expect(await kubernetes('--stop', 'digits-2', '--kubectl', kubectl)).toBe('2 workers asked to end.\n')
    expect(told().at(-1)?.args.slice(2)).toEqual([
      'delete',
      'job,secret',
      '--selector=diapason/fleet=digits-2',
      '--ignore-not-found',
      '--wait=false',
    ])
  })

  it('says in one line what is missing', async () => {
    await expect(kubernetes('--workers', '2', '--', ...STUDY)).rejects.toThrow(/error: Nobody said what the pods run\./)
    const words = ['--workers', '2', '--image', 'x', '--kubectl', 'no-such-program', '--', ...STUDY]
    await expect(kubernetes(...words)).rejects.toThrow(/There is no no-such-program here/)
    const sqlite = ['--workers', '2', '--image', 'x', '--', 'tune.ts', '--storage', 'sqlite:tuning.db']
    await expect(kubernetes(...sqlite)).rejects.toThrow(/Workers on other machines cannot share sqlite:tuning\.db/)
    const misspelt = ['--workers', '2', '--image', 'x', '--', 'tune.ts', '--storge', 'postgresql://db/x']
    await expect(kubernetes(...misspelt)).rejects.toThrow(/diapason worker has no option --storge/)
  })
})
