"""A server that speaks TLS with a certificate that something is amiss with, until its standard input ends.

    tls.py FOLDER NAME DAYS

The certificate is for NAME, expires in DAYS days (before today: a negative number), and is signed by an
authority that nobody knows: FOLDER/ca.pem. Prints the port.
"""

import datetime
import os
import socket
import ssl
import sys
import threading

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NOW = datetime.datetime.now(datetime.timezone.utc)


def certificate(name, issuer, key, signer, days, is_authority):
    """A certificate of the last year that is valid for so many days from now."""

    def named(text):
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    builder = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - datetime.timedelta(days=365))
        .not_valid_after(NOW + datetime.timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    )
    return builder.sign(signer, hashes.SHA256())


def main():
    folder, name, days = sys.argv[1], sys.argv[2], int(sys.argv[3])
    authority, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    pem = serialization.Encoding.PEM
    with open(os.path.join(folder, "ca.pem"), "wb") as file:
        file.write(certificate("ca.test", "ca.test", authority, authority, 365, True).public_bytes(pem))
    leaf = os.path.join(folder, "leaf.pem")
    with open(leaf, "wb") as file:
        file.write(certificate(name, "ca.test", key, authority, days, False).public_bytes(pem))
        file.write(
            key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(leaf)
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)

    def serve():
        while True:
            connection, _ = listener.accept()
            try:
                context.wrap_socket(connection, server_side=True).close()
            except OSError:
                pass  # The client does not go on, as it should.

    threading.Thread(target=serve, daemon=True).start()
    sys.stdin.read()


main()
