import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))

export interface Manifest {
  readonly version: string
  readonly dependencies: Readonly<Record<string, string>>
}

export const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest

export interface PackedFile {
  readonly path: string
  readonly size: number
}

export interface Installed {
  /** A new folder with the package, as it would be published, and its dependencies in node_modules. */
  readonly project: string
  readonly files: readonly PackedFile[]
  readonly unpackedSize: number
}

/** Packs and installs the package as npm would, but without a registry: the dependencies are this repository's. */
export function installPackage(): Installed {
  execFileSync('node', ['scripts/ensure-built.mjs'], { cwd: root, stdio: 'inherit' })
  const project = mkdtempSync(join(tmpdir(), 'harmony-package-'))
  const packing = ['pack', '--ignore-scripts', '--json', '--pack-destination', project]
  const report = execFileSync('npm', packing, { cwd: root, encoding: 'utf8', stdio: 'pipe' })
  const [packed] = JSON.parse(report) as [Omit<Installed, 'project'> & { readonly filename: string }]
  execFileSync('tar', ['-xzf', packed.filename], { cwd: project })
  const modules = join(project, 'node_modules')
  cpSync(join(project, 'package'), join(modules, 'gpt-oss-harmony'), { recursive: true })
  for (const name of Object.keys(manifest.dependencies))
    symlinkSync(join(root, 'node_modules', name), join(modules, name))
  return { project, files: packed.files, unpackedSize: packed.unpackedSize }
}

/** Installs an optional peer beside the package. */
export function installPeer({ project }: Installed, name: string): void {
  const place = join(project, 'node_modules', name)
  if (existsSync(place)) return
  mkdirSync(dirname(place), { recursive: true })
  symlinkSync(join(root, 'node_modules', name), place)
}
