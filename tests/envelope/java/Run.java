import com.amazonaws.encryptionsdk.AwsCrypto;
import com.amazonaws.encryptionsdk.CommitmentPolicy;
import com.amazonaws.encryptionsdk.CryptoAlgorithm;
import com.amazonaws.encryptionsdk.kmssdkv2.KmsMasterKeyProvider;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The AWS Encryption SDK for Java: opens DIRECTORY/*.encrypted to *.opened, and makes messages of its own there. */
public final class Run {
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        var keys = KmsMasterKeyProvider.builder().buildStrict(arguments[1]);
        AwsCrypto strict =
                AwsCrypto.builder().withCommitmentPolicy(CommitmentPolicy.RequireEncryptRequireDecrypt).build();
        List<Path> sealed;
        try (var files = Files.list(directory)) {
            sealed = files.filter(path -> path.toString().endsWith(".encrypted")).toList();
        }
        for (Path path : sealed) {
            byte[] plaintext = strict.decryptData(keys, Files.readAllBytes(path)).getResult();
            Files.write(Path.of(path + ".opened"), plaintext);
        }
        byte[] plaintext = "strongroom ".repeat(10_000).getBytes(StandardCharsets.UTF_8);
        for (CryptoAlgorithm suite :
                List.of(
                        CryptoAlgorithm.ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY,
                        CryptoAlgorithm.ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384)) {
            AwsCrypto made =
                    AwsCrypto.builder()
                            .withCommitmentPolicy(CommitmentPolicy.RequireEncryptRequireDecrypt)
                            .withEncryptionAlgorithm(suite)
                            .withEncryptionFrameSize(4096)
                            .build();
            byte[] message = made.encryptData(keys, plaintext, Map.of("tenant", "42")).getResult();
            Files.write(directory.resolve(suite.name() + ".java"), message);
        }
    }
}
