// The part of make_freeotp_2.py that Java does itself: keys, encryption and serialization, as FreeOTP 2's encryptor/{EncryptedKey,
// MasterKey}.java and TokenPersistence.java do them. Reads lines from stdin: the file, the password, the name of PBKDF2, the
// iterations, and for each token its id, the secret in hexadecimal, its purpose and its JSON. Nonces and keys are not random.
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.*;
import javax.crypto.*;
import javax.crypto.spec.*;

class Make {
    static int drawn = 0;

    static byte[] draw(int length) throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(("freeotp 2, draw " + drawn++).getBytes(StandardCharsets.UTF_8));
        return Arrays.copyOf(hash, length);
    }

    static String seal(SecretKey key, byte[] plaintext, String purpose) throws Exception {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, draw(12)));
        cipher.updateAAD(purpose.getBytes(StandardCharsets.UTF_8));
        byte[] ciphertext = cipher.doFinal(plaintext);
        return "{\"mCipher\":\"AES/GCM/NoPadding\",\"mCipherText\":" + Arrays.toString(ciphertext).replace(" ", "") + ",\"mParameters\":"
            + Arrays.toString(cipher.getParameters().getEncoded()).replace(" ", "") + ",\"mToken\":\"" + purpose + "\"}";
    }

    public static void main(String[] arguments) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String file = in.readLine(), password = in.readLine(), algorithm = in.readLine();
        int iterations = Integer.parseInt(in.readLine());
        byte[] salt = draw(32), master = draw(32);
        PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, salt.length * 8);
        SecretKey passwordKey = new SecretKeySpec(SecretKeyFactory.getInstance(algorithm).generateSecret(spec).getEncoded(), "AES");
        HashMap<String, Object> preferences = new HashMap<>();
        preferences.put("masterKey", "{\"mAlgorithm\":\"" + algorithm + "\",\"mEncryptedKey\":" + seal(passwordKey, master, "AES")
            + ",\"mIterations\":" + iterations + ",\"mSalt\":" + Arrays.toString(salt).replace(" ", "") + "}");
        SecretKey masterKey = new SecretKeySpec(master, "AES");
        for (String id = in.readLine(); id != null; id = in.readLine()) {
            String secret = in.readLine(), purpose = in.readLine(), token = in.readLine();
            if (!secret.isEmpty()) {
                String sealed = seal(masterKey, HexFormat.of().parseHex(secret), purpose);
                preferences.put(id, "{\"key\":\"" + sealed.replace("\"", "\\\"").replace("/", "\\/") + "\"}");
            }
            if (!token.isEmpty()) {
                preferences.put(id + "-token", token);
            }
        }
        try (ObjectOutputStream out = new ObjectOutputStream(new FileOutputStream(file))) {
            out.writeObject(preferences);
        }
    }
}
