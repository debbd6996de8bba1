/* What cannot be read: a code in words, as in seal/errors.py, and what its sentence needs. */

export class BadInput extends Error {
  constructor(code, params = {}) {
    super(code);
    this.code = code;
    this.params = params;
  }
}
