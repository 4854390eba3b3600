// Judge reads a log's folder with code that is not ours (golang.org/x/mod/sumdb) and says whether it is sound.
//
//	judge [-vkey TEXT] [-witness TEXT]... [-older FILE]... [-samples N] [-alterations FILE] FOLDER
//
// It checks the checkpoint's signature, every tile against its parent up to the root, every entry against
// its tile, every older partial file against its fuller one, sampled inclusion proofs, and that the checkpoint
// continues each older one; and that each given witness has cosigned it. It prints one line: "sound: N entries"
// or what is wrong, and exits with 0 or 1.
//
// With -alterations it judges once for each line "PATH OFFSET" of that file, reading PATH as if its byte at
// OFFSET had been altered, and prints one line each.
package main

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height = 8
	width  = 1 << height
	batch  = width * width // leaves looked up at once: those under one tile of level 1
)

// folder reads files, one of them perhaps as if a byte in it were altered.
type folder struct {
	root        string
	alteredPath string
	alteredAt   int
}

func (f *folder) read(path string) ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(f.root, path))
	if err == nil && path == f.alteredPath {
		data[f.alteredAt] ^= 1
	}
	return data, err
}

// partials returns the widths of the partial files beside a tile.
func (f *folder) partials(path string) []int {
	entries, _ := os.ReadDir(filepath.Join(f.root, path+".p"))
	var widths []int
	for _, entry := range entries {
		if w, err := strconv.Atoi(entry.Name()); err == nil {
			widths = append(widths, w)
		}
	}
	return widths
}

// path names a tile as c2sp.org/tlog-tiles does: without the height, and with "entries" for the data.
func path(tile tlog.Tile) string {
	p := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", height))
	if rest := strings.TrimPrefix(p, "data/"); rest != p {
		p = "entries/" + rest
	}
	return "tile/" + p
}

// Height, ReadTiles and SaveTiles make a folder a tlog.TileReader.
func (f *folder) Height() int                     { return height }
func (f *folder) SaveTiles([]tlog.Tile, [][]byte) {}
func (f *folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(tiles))
	for i, tile := range tiles {
		data, err := f.read(path(tile))
		if err != nil {
			return nil, err
		}
		out[i] = data
	}
	return out, nil
}

// openCheckpoint checks the signature and reads the tree (c2sp.org/tlog-checkpoint).
func openCheckpoint(signed []byte, verifier note.Verifier) (tlog.Tree, error) {
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	// sumdb/note decodes base64 leniently, so the last bits of a signature could be altered unseen.
	for _, sig := range opened.Sigs {
		if _, err := base64.StdEncoding.Strict().DecodeString(sig.Base64); err != nil {
			return tlog.Tree{}, err
		}
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, fmt.Errorf("not a checkpoint of %s", verifier.Name())
	}
	// ParseTree knows only one origin, so it gets that one.
	return tlog.ParseTree([]byte("go.sum database tree\n" + strings.Join(lines[1:], "\n")))
}

// unpack splits a bundle into entries, each after its length as a big-endian uint16.
func unpack(bundle []byte) ([][]byte, error) {
	entries := make([][]byte, 0, width)
	for len(bundle) > 0 {
		if len(bundle) < 2 || len(bundle)-2 < int(binary.BigEndian.Uint16(bundle)) {
			return nil, errors.New("bundle cut short")
		}
		end := 2 + int(binary.BigEndian.Uint16(bundle))
		entries, bundle = append(entries, bundle[2:end]), bundle[end:]
	}
	return entries, nil
}

// judgeEntries checks every entry against its leaf's hash, which hashes has led to the root.
func judgeEntries(f *folder, size int64, hashes tlog.HashReader) error {
	for start := int64(0); start < size; start += batch {
		end := start + batch
		if end > size {
			end = size
		}
		indexes := make([]int64, 0, end-start)
		for n := start; n < end; n++ {
			indexes = append(indexes, tlog.StoredHashIndex(0, n))
		}
		leaves, err := hashes.ReadHashes(indexes)
		if err != nil {
			return err
		}
		for first := start; first < end; first += width {
			tile := tlog.Tile{H: height, L: -1, N: first / width, W: width}
			if end-first < width {
				tile.W = int(end - first)
			}
			bundle, err := f.read(path(tile))
			if err != nil {
				return err
			}
			entries, err := unpack(bundle)
			if err != nil || len(entries) != tile.W {
				return fmt.Errorf("%s: not %d entries", path(tile), tile.W)
			}
			for i, entry := range entries {
				if tlog.RecordHash(entry) != leaves[first-start+int64(i)] {
					return fmt.Errorf("%s: entry %d is not in the tree", path(tile), first+int64(i))
				}
			}
		}
	}
	return nil
}

// judgePartials checks that each older partial tile or bundle is the beginning of the one of this tree.
func judgePartials(f *folder, size int64) error {
	for level := -1; level < 8; level++ {
		hashes := size
		if level > 0 {
			hashes = size >> (height * level)
		}
		for n := int64(0); n*width < hashes; n++ {
			tile := tlog.Tile{H: height, L: level, N: n, W: width}
			full := path(tile)
			if hashes-n*width < width {
				tile.W = int(hashes - n*width)
			}
			for _, w := range f.partials(full) {
				if w >= tile.W {
					continue
				}
				newer, err := f.read(path(tile))
				if err != nil {
					return err
				}
				older, err := f.read(fmt.Sprintf("%s.p/%d", full, w))
				if err != nil {
					return err
				}
				if !bytes.HasPrefix(newer, older) || level >= 0 && len(older) != w*tlog.HashSize {
					return fmt.Errorf("%s.p/%d: not the beginning of the fuller one", full, w)
				}
				if entries, err := unpack(older); level < 0 && (err != nil || len(entries) != w) {
					return fmt.Errorf("%s.p/%d: not %d entries", full, w, w)
				}
			}
		}
	}
	return nil
}

// judgeProofs proves and checks sampled records.
func judgeProofs(tree tlog.Tree, samples int64, hashes tlog.HashReader) error {
	for i := int64(0); i < samples; i++ {
		n := i * (tree.N - 1) / samples
		leaf, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, n)})
		if err != nil {
			return err
		}
		proof, err := tlog.ProveRecord(tree.N, n, hashes)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, n, leaf[0]); err != nil {
			return fmt.Errorf("record %d: %v", n, err)
		}
	}
	return nil
}

// judgeOlder checks that the tree continues an older checkpoint.
func judgeOlder(tree tlog.Tree, signed []byte, verifier note.Verifier, hashes tlog.HashReader) error {
	older, err := openCheckpoint(signed, verifier)
	if err != nil {
		return err
	}
	proof, err := tlog.ProveTree(tree.N, older.N, hashes)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, older.N, older.Hash)
}

// judge checks everything and returns how many entries there are.
func judge(f *folder, verifier note.Verifier, older []string, samples int64) (int64, error) {
	signed, err := f.read("checkpoint")
	if err != nil {
		return 0, err
	}
	tree, err := openCheckpoint(signed, verifier)
	if err != nil {
		return 0, err
	}
	hashes := tlog.TileHashReader(tree, f)
	root, err := tlog.TreeHash(tree.N, hashes)
	if err != nil {
		return 0, err
	}
	if root != tree.Hash {
		return 0, errors.New("the tiles do not lead to the root")
	}
	for _, file := range older {
		signed, err := os.ReadFile(file)
		if err != nil {
			return 0, err
		}
		if err := judgeOlder(tree, signed, verifier, hashes); err != nil {
			return 0, fmt.Errorf("%s: %v", file, err)
		}
	}
	if err := judgeEntries(f, tree.N, hashes); err != nil {
		return 0, err
	}
	if err := judgePartials(f, tree.N); err != nil {
		return 0, err
	}
	return tree.N, judgeProofs(tree, samples, hashes)
}

// cosigner verifies the cosignatures of one witness (c2sp.org/tlog-cosignature, Ed25519).
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.hash }
func (c cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(sig), msg)
	return ed25519.Verify(c.key, []byte(message), sig[8:])
}

// newCosigner reads the verifier key of a witness: name+hash+base64 of 04 and the public key.
func newCosigner(vkey string) (cosigner, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return cosigner{}, errors.New("not a verifier key")
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != 4 {
		return cosigner{}, errors.New("not the key of a witness")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	if fmt.Sprintf("%x", sum[:4]) != parts[1] {
		return cosigner{}, errors.New("the key does not have its own hash")
	}
	return cosigner{parts[0], binary.BigEndian.Uint32(sum[:4]), key[1:]}, nil
}

// judgeWitnesses checks that each of these witnesses has cosigned the checkpoint.
func judgeWitnesses(f *folder, vkeys []string) error {
	signed, err := f.read("checkpoint")
	if err != nil {
		return err
	}
	for _, vkey := range vkeys {
		witness, err := newCosigner(vkey)
		if err != nil {
			return err
		}
		if _, err := note.Open(signed, note.VerifierList(witness)); err != nil {
			return fmt.Errorf("%s: %v", witness.name, err)
		}
	}
	return nil
}

type files []string

func (f *files) String() string         { return strings.Join(*f, " ") }
func (f *files) Set(value string) error { *f = append(*f, value); return nil }

func main() {
	var older, witnesses files
	flag.Var(&witnesses, "witness", "the verifier key of a witness that must have cosigned")
	flag.Var(&older, "older", "an older signed checkpoint that the newest must continue")
	vkey := flag.String("vkey", "", "the log's verifier key")
	samples := flag.Int64("samples", 20, "how many inclusion proofs to make and check")
	alterations := flag.String("alterations", "", "a file with a line \"PATH OFFSET\" for each alteration to try")
	flag.Parse()
	verifier, err := note.NewVerifier(*vkey)
	if err != nil || flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "judge needs -vkey and one folder:", err)
		os.Exit(2)
	}
	if *alterations == "" {
		f := &folder{root: flag.Arg(0)}
		size, err := judge(f, verifier, older, *samples)
		if err == nil {
			err = judgeWitnesses(f, witnesses)
		}
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Printf("sound: %d entries\n", size)
		return
	}
	list, err := os.Open(*alterations)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	for lines := bufio.NewScanner(list); lines.Scan(); {
		f := &folder{root: flag.Arg(0)}
		fmt.Sscan(lines.Text(), &f.alteredPath, &f.alteredAt)
		if size, err := judge(f, verifier, older, *samples); err != nil {
			fmt.Println(err)
		} else {
			fmt.Printf("sound: %d entries\n", size)
		}
	}
}
