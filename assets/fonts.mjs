// Copies the two subsets the console uses, with their licence, beside the built stylesheet.
import { cpSync, mkdirSync } from "node:fs";

const inter = "node_modules/@fontsource-variable/inter";
const target = "../koogallery/static/koogallery/fonts";

mkdirSync(target, { recursive: true });
for (const subset of ["latin", "latin-ext"]) {
  cpSync(`${inter}/files/inter-${subset}-wght-normal.woff2`, `${target}/inter-${subset}.woff2`);
}
cpSync(`${inter}/LICENSE`, `${target}/LICENSE-Inter.txt`);
