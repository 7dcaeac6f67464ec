"""Opens files of the vault without the server: an own reading of the format, by OpenSSL."""

import base64
import ctypes
import ctypes.util
from pathlib import Path

MARK = b"FWV3"
KEY_MARK = b"FWK1"
"""Of the data key, which lies in a file of its own: destroying it there is final, whatever copy of the file exists."""
KEY_ID_BYTES = 8
WRAPPED_KEY_BYTES = 40
NONCE_BYTES = 12
TAG_BYTES = 16
SET_TAG = 0x11  # EVP_CTRL_AEAD_SET_TAG
WRAP_ALLOW = 0x1  # EVP_CIPHER_CTX_FLAG_WRAP_ALLOW

crypto = ctypes.CDLL(ctypes.util.find_library("crypto") or "libcrypto.so.3")
for name in ("EVP_CIPHER_CTX_new", "EVP_aes_256_gcm", "EVP_aes_256_wrap"):
    getattr(crypto, name).restype = ctypes.c_void_p


def decrypt(cipher: str, key: bytes, nonce: bytes | None, text: bytes, associated: bytes = b"", tag: bytes = b"") -> bytes:
    context = ctypes.c_void_p(crypto.EVP_CIPHER_CTX_new())
    length = ctypes.c_int(0)
    plain = ctypes.create_string_buffer(len(text) + 16)
    try:
        crypto.EVP_CIPHER_CTX_set_flags(context, WRAP_ALLOW)
        assert crypto.EVP_DecryptInit_ex(context, ctypes.c_void_p(getattr(crypto, cipher)()), None, key, nonce) == 1, cipher
        if associated:
            assert crypto.EVP_DecryptUpdate(context, None, ctypes.byref(length), associated, len(associated)) == 1
        assert crypto.EVP_DecryptUpdate(context, plain, ctypes.byref(length), text, len(text)) > 0, f"{cipher}: damaged"
        count = length.value
        if tag:
            assert crypto.EVP_CIPHER_CTX_ctrl(context, SET_TAG, len(tag), tag) == 1
            assert crypto.EVP_DecryptFinal_ex(context, ctypes.byref(plain, count), ctypes.byref(length)) == 1, "the tag does not fit"
        return plain.raw[:count]
    finally:
        crypto.EVP_CIPHER_CTX_free(context)


def ring(data: Path) -> dict[bytes, bytes]:
    """The master keys by their ids, the newest last."""
    lines = (data / "keys" / "master.key").read_text().splitlines()
    return {bytes.fromhex(line.split()[0]): base64.b64decode(line.split()[1]) for line in lines}


def wrapped_key(data: Path, file_id: str) -> bytes:
    """The id of the master key, and the data key that it wraps."""
    stored = (data / "keys" / "files" / file_id).read_bytes()
    assert stored.startswith(KEY_MARK), f"{file_id} has no data key"
    return stored[len(KEY_MARK) :]


def key_id(data: Path, file_id: str) -> bytes:
    """Which master key a stored file needs."""
    return wrapped_key(data, file_id)[:KEY_ID_BYTES]


def read(data: Path, file_id: str, case_id: str) -> bytes:
    stored = (data / "files" / file_id).read_bytes()
    assert stored.startswith(MARK), f"{file_id} is not a file of the vault"
    wrapped = wrapped_key(data, file_id)[KEY_ID_BYTES:]
    assert len(wrapped) == WRAPPED_KEY_BYTES, f"{file_id}: a wrapped key of {len(wrapped)} bytes"
    key = decrypt("EVP_aes_256_wrap", ring(data)[key_id(data, file_id)], None, wrapped)
    sealed = stored[len(MARK) :]
    binding = f"file:{file_id} case:{case_id}".encode()
    return decrypt("EVP_aes_256_gcm", key, sealed[:NONCE_BYTES], sealed[NONCE_BYTES:-TAG_BYTES], binding, sealed[-TAG_BYTES:])
