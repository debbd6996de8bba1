// Sheets of 24 labels with pdfkit, each with its own QR by npm qrcode, as one PDF.
// Standard input: {"file", "labels": [{"address", "code", "number"}], "words": [string], "prefix"}. Answers one JSON object.
import {createWriteStream} from 'node:fs';
import {finished} from 'node:stream/promises';
import {text} from 'node:stream/consumers';
import PDFDocument from 'pdfkit';
import QRCode from 'qrcode';

const {file, labels, words, prefix} = JSON.parse(await text(process.stdin));
const mm = 72 / 25.4;
const start = process.hrtime.bigint();
const before = process.cpuUsage();
const document = new PDFDocument({size: 'A4', margin: 0, autoFirstPage: false, compress: true});
const out = createWriteStream(file);
document.pipe(out);
labels.forEach(({address, code, number}, index) => {
  const place = index % 24;
  if(place === 0) {
    document.addPage();
  }
  const left = (place % 3) * 70 * mm;
  const top = (0.5 + Math.floor(place / 3) * 37) * mm;
  const segments = [
    {data: address.slice(0, prefix), mode: 'alphanumeric'},
    {data: address.slice(prefix), mode: 'numeric'},
  ];
  const {modules} = QRCode.create(segments, {errorCorrectionLevel: 'M'});
  const side = 0.508 * mm;
  const x0 = left + 2.2 * mm + 4 * side;
  const y0 = top + 1.1 * mm + 4 * side;
  for(let y = 0; y < modules.size; y++) {
    for(let x = 0; x < modules.size; x++) {
      if(modules.data[y * modules.size + x]) {
        let end = x;
        while(end < modules.size && modules.data[y * modules.size + end]) {
          end++;
        }
        document.rect(x0 + x * side, y0 + y * side, (end - x) * side, side * 1.02);
        x = end;
      }
    }
  }
  document.fill('black');
  document.fontSize(7.6).text(code, left + 3 * mm, top + 28 * mm, {lineBreak: false});
  words.forEach((word, line) => document.fontSize(6).text(word, left + 31 * mm, top + (4 + 3 * line) * mm, {lineBreak: false}));
  document.fontSize(6).text(number, left + 31 * mm, top + 30 * mm, {lineBreak: false});
});
document.end();
await finished(out);
const seconds = Number(process.hrtime.bigint() - start) / 1e9;
const used = process.cpuUsage(before);
console.log(JSON.stringify({seconds, cpu: (used.user + used.system) / 1e6}));
